/** The commonest words of Slovak and English letters, the commonest first. */
const COMMON = `a v na sa je že s to do the o z aj pre and ako za by to od k of in vás si sme som ale alebo you po už i
  prosím dobrý deň pozdravom is for that ďakujem máme bude budeme this vám nám with on pri podľa ak be are tak len mám
  môžete vaše we naše your ktoré ktorý have can please at dnes zajtra rok roku ponuka cena objednávka dodanie termín
  správa príloha will our not from it as regards team meeting stretnutie firma projekt nové nový ešte viac všetko
  informácie otázka odpoveď kontakt adresa účet platba služby tovar sklad zákazník order price offer delivery invoice
  thank best attached week month pondelok utorok streda štvrtok piatok január február marec apríl máj jún`.split(/\s+/);

const ONSETS = ["b", "d", "h", "k", "l", "m", "n", "p", "r", "s", "š", "t", "v", "z", "č", "ž", "st", "pr", "kr", "tr"];
const VOWELS = ["a", "e", "i", "o", "u", "á", "é", "í", "ie", "ú"];
const ENDINGS = ["", "n", "t", "ť", "k", "m", "ch", "ť", "l", "r"];

/** So many different words, the commonest first: real ones, then what sounds like Slovak. */
export function makeVocabulary(size: number): string[] {
  const words = new Set(COMMON);
  for (let number = 0; words.size < size; number++) {
    let [rest, word] = [number * 7_919 + 13, ""];
    for (let syllable = 0; syllable < 2 + (number % 3); syllable++) {
      word += (ONSETS[rest % ONSETS.length] ?? "") + (VOWELS[Math.floor(rest / 20) % VOWELS.length] ?? "");
      rest = Math.floor(rest / 200) + number * (syllable + 3);
    }
    words.add(word + (ENDINGS[number % ENDINGS.length] ?? ""));
  }
  return [...words].slice(0, size);
}

/** A text with words as frequent as in real ones: the n-th commonest word, one n-th as often (Zipf). */
export function makeText(vocabulary: readonly string[], words: number, random: () => number): string {
  const pick = () => vocabulary[Math.floor(vocabulary.length ** random()) - 1] ?? vocabulary[0];
  return Array.from({ length: words }, pick).join(" ");
}

/** Random numbers that are the same in each run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
