import type { Scenario } from "./scenario.ts";

/** Customers and suppliers abroad. */
export const english: readonly Scenario[] = [
  {
    subject: "Quote for $product",
    with: ["customer"],
    language: "en",
    atMost: 6,
    turns: [
      {
        by: "them",
        text: "{We loved the work you did for our neighbours|A friend in Bratislava recommended you}, and we're now looking for $product ourselves – around $amount pieces, {uncoated stock if possible|full colour on both sides|nothing too glossy}.\n\nCould you send me a quote, and tell me whether $deadline is realistic?",
      },
      {
        by: "me",
        after: [2, 20],
        attach: ["offer"],
        text: "Thank you for getting in touch. Please find our quote no. $offer attached: $amount $product come to $price, delivery included.\n\nProduction takes six working days from your approval, so $deadline is comfortable.",
      },
      {
        by: "them",
        after: [5, 60],
        text: "That's within budget, so please go ahead. {Artwork is attached; shout if anything is missing.|I'll send the artwork this afternoon.}",
        attach: ["logo"],
      },
      {
        by: "me",
        after: [3, 26],
        attach: ["proof"],
        text: "Here is the proof for your approval. I added 3 mm of bleed and moved the web address up a little, it sat too close to the edge.",
      },
      {
        by: "them",
        after: [1, 30],
        text: "Looks spot on. {Approved!|Please print.|Approved, and thanks for catching that.}",
      },
    ],
  },
  {
    subject: "Invoice $invoice",
    with: ["customer"],
    language: "en",
    atMost: 5,
    turns: [
      {
        by: "me",
        attach: ["invoice"],
        text: "Please find attached invoice no. $invoice for $amount $product, $price in total, due within 14 days.\n\nIt was a pleasure working with you on this one.",
      },
      {
        by: "them",
        after: [4, 70],
        text: "Received, thank you. {It will go out with Friday's payments.|I've forwarded it to accounting.|Paid this morning.}",
      },
    ],
  },
  {
    subject: "Problem with our $product",
    with: ["customer"],
    language: "en",
    turns: [
      {
        by: "them",
        attach: ["photo"],
        text: "The parcel arrived today, but {two of the boxes had got wet and the top layers are wavy|about fifty pieces have a dark smudge along the edge|the blue came out almost purple}. I've attached a photo.\n\nWe open on Saturday. Is there anything you can do?",
      },
      {
        by: "me",
        after: [0.5, 4],
        text: "I'm so sorry – that is not how it left our studio, and certainly not how it should arrive. We'll reprint the affected pieces tonight and put them on the overnight courier, free of charge. You'll have them by Thursday noon.",
        cc: true,
      },
      { by: "them", after: [0.5, 8], text: "That is more than fair. Thank you for dealing with it so quickly." },
      {
        by: "me",
        after: [30, 50],
        text: 'The tracking says delivered, signed by "Leo". I hope everything looks right this time.',
      },
      { by: "them", after: [1, 10], text: "All good, and Leo sends his regards. The stand looks wonderful." },
    ],
  },
  {
    subject: "Catching up next week?",
    with: ["customer"],
    language: "en",
    turns: [
      {
        by: "them",
        text: "I'll be in Bratislava {on Tuesday|on Thursday|for two days next week} and would love to see the studio and talk about {next year's programme|the autumn campaign|a small catalogue}. Would {10 am|2 pm} work?",
      },
      {
        by: "me",
        after: [2, 20],
        text: "That works perfectly. We're at Grösslingová 27, second floor, ten minutes on foot from the Danube. I'll have paper samples and decent coffee ready.",
      },
      { by: "them", after: [1, 12], text: "Wonderful, see you then!" },
      {
        by: "them",
        after: [120, 170],
        text: "Thank you again for the tour. I've shared the samples with the team and everybody keeps touching the grey one. Could you price $amount $product on it?",
      },
      {
        by: "me",
        after: [3, 30],
        attach: ["offer"],
        text: "Ha, the grey one does that to people. The quote is attached: $price for $amount. I reserved the paper for two weeks.",
      },
    ],
  },
  {
    subject: "Thank you!",
    with: ["customer"],
    language: "en",
    turns: [
      {
        by: "them",
        attach: ["photo"],
        text: "Just a quick note to say that the $product were a huge hit. {People kept asking who printed them|We ran out on the second day|They look even better in daylight}. I passed your name on to at least three people.",
      },
      {
        by: "me",
        after: [2, 24],
        text: "You've made everyone here smile, Martin has already pinned the photo to the wall. Thank you for spreading the word.",
      },
    ],
  },
  {
    subject: "Wording on the $product",
    with: ["customer"],
    language: "en",
    turns: [
      {
        by: "me",
        text: 'Before we print, one question about the text: on page two it says "since 1998", on the back cover "since 1989". Which one is right?',
      },
      {
        by: "them",
        after: [0.5, 8],
        text: "Oh dear, good catch. It's 1998. And could you make the phone number a touch larger while you're at it?",
      },
      {
        by: "me",
        after: [1, 8],
        attach: ["proof"],
        text: "Done, both of them. New proof attached – page two only, the rest is unchanged.",
      },
      { by: "them", after: [0.5, 8], text: "Approved. I owe you one." },
    ],
  },
  {
    subject: "Delivery address",
    with: ["customer"],
    language: "en",
    turns: [
      {
        by: "them",
        text: "We've moved! From now on please deliver to the new address in my signature. The old one has no one at the door any more.",
      },
      {
        by: "me",
        after: [1, 12],
        text: "Noted and changed in our system. Congratulations on the new place – I hope there is room for the boxes.",
      },
    ],
  },
  {
    subject: "Order confirmation – paper, ref. $order",
    with: ["supplier"],
    language: "en",
    atMost: 6,
    turns: [
      {
        by: "me",
        text: "Could we please order {two pallets of 130 gsm gloss|one pallet of 300 gsm matt|10 reams of 120 gsm natural|20 kg of Pantone 485 and 5 kg of reflex blue}? Delivery as usual, mornings before ten.",
      },
      {
        by: "them",
        after: [1, 12],
        attach: ["offer"],
        text: "Thank you for your order, confirmed under ref. $order. The total is $price, delivery is planned for {Tuesday|Wednesday|Thursday}. The driver will call half an hour before.",
      },
      { by: "me", after: [0.5, 10], text: "Perfect. Please remind the driver that the lift is only 80 cm wide." },
    ],
  },
  {
    subject: "Price list from next month",
    with: ["supplier"],
    language: "en",
    turns: [
      {
        by: "them",
        attach: ["prices"],
        text: "Please find our new price list attached. Due to energy costs we have to raise {coated papers by 4 %|process inks by 3.5 %|most grades by 5 %}; orders placed before the end of the month keep the old prices.",
      },
      {
        by: "me",
        after: [4, 50],
        text: "Thank you for the early notice. Could you hold the old price for one more delivery in the middle of next month? We would take double the usual quantity.",
      },
      {
        by: "them",
        after: [3, 40],
        text: "For you, yes. I have put a note on your account. One delivery, double quantity, old price.",
      },
    ],
  },
  {
    subject: "Late delivery",
    with: ["supplier"],
    language: "en",
    atMost: 2,
    turns: [
      {
        by: "me",
        text: "The delivery planned for this morning has not arrived, and nobody called. Can you tell me where it is? We have a machine waiting.",
      },
      {
        by: "them",
        after: [0.3, 2],
        text: "I apologise. The truck has been held up at the border since six o'clock. The driver expects to be with you by two. I will credit the delivery fee.",
      },
      {
        by: "me",
        after: [4, 7],
        text: "It is here, thank you for keeping me posted. And thank you for the credit, that was not necessary, but kind.",
      },
    ],
  },
  {
    subject: "Invoice $invoice",
    with: ["supplier"],
    language: "en",
    atMost: 7,
    turns: [
      {
        by: "them",
        attach: ["invoice"],
        text: "Attached please find our invoice no. $invoice for the last delivery, $price, payable within 30 days.",
      },
      {
        by: "me",
        after: [10, 90],
        text: "Received and booked, thank you. {Payment will go out this week.|You'll have it on the due date.}",
      },
    ],
  },
  {
    subject: "Samples of the new natural grades",
    with: ["supplier"],
    language: "en",
    atMost: 2,
    turns: [
      {
        by: "them",
        text: "We have added three new natural grades to the range, one of them with 20 % grape fibre. I thought of your wine labels at once. Shall I send samples?",
      },
      { by: "me", after: [2, 26], text: "Grape fibre! Yes, please. Mr Kováčik will want to marry that paper." },
      {
        by: "them",
        after: [2, 26],
        text: "The samples left today. Let me know how the ink takes – it likes a little less water than usual.",
      },
      {
        by: "me",
        after: [90, 150],
        attach: ["photo"],
        text: "We ran a test last night and it prints beautifully, photo attached. Please reserve 4,000 sheets for us.",
      },
    ],
  },
];
