import { crc32, deflateSync } from "node:zlib";

type Color = readonly [red: number, green: number, blue: number];

/** An RGB picture; `colorAt` is asked for every pixel. */
function makePng(width: number, height: number, colorAt: (x: number, y: number) => Color): Buffer {
  const pixels = Buffer.alloc((width * 3 + 1) * height);
  let offset = 0;
  for (let y = 0; y < height; y += 1) {
    offset += 1;
    for (let x = 0; x < width; x += 1) {
      const color = colorAt(x, y);
      pixels[offset] = color[0];
      pixels[offset + 1] = color[1];
      pixels[offset + 2] = color[2];
      offset += 3;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits a channel, true colour.
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A card on a coloured table: what a proof looks like. */
export function drawCard(ground: Color, ink: Color): Buffer {
  return makePng(260, 160, (x, y) => {
    if (x < 30 || x >= 230 || y < 25 || y >= 135) return ground;
    if ((x - 62) ** 2 + (y - 62) ** 2 < 400) return ink;
    const isLine = x > 96 && x < 205 && (Math.abs(y - 52) < 5 || (Math.abs(y - 70) < 2 && x < 180));
    const isSmall = x > 46 && x < 150 && y > 95 && y < 122 && y % 9 < 2;
    return isLine || isSmall ? ink : [252, 251, 247];
  });
}

/** Hills under a sky: stands for a photograph. */
export function drawLandscape(sky: Color, hill: Color): Buffer {
  return makePng(280, 180, (x, y) => {
    const near = 125 + 14 * Math.sin(x / 38);
    const far = 95 + 20 * Math.sin(x / 57 + 2);
    if ((x - 215) ** 2 + (y - 42) ** 2 < 290) return [255, 236, 170];
    if (y > near) return hill;
    // `map` forgets that a colour has three channels.
    if (y > far) return hill.map((channel) => Math.min(255, channel + 38)) as unknown as Color;
    return sky.map((channel) => Math.min(255, channel + Math.floor(y / 4))) as unknown as Color;
  });
}

/** A leaf in a disc, for signatures and letterheads. */
export function drawLogo(ink: Color): Buffer {
  return makePng(56, 56, (x, y) => {
    const inDisc = (x - 28) ** 2 + (y - 28) ** 2 < 27 ** 2;
    const inLeaf = (x - 20) ** 2 + (y - 36) ** 2 < 24 ** 2 && (x - 36) ** 2 + (y - 20) ** 2 < 24 ** 2;
    if (!inDisc) return [255, 255, 255];
    return inLeaf && Math.abs(x + y - 56) > 1 ? [250, 250, 245] : ink;
  });
}
