import PQueue from "p-queue";
import { ServiceError } from "../errors.ts";

/** Side of a profile picture, in pixels. */
const SIDE = 256;
/** Far above any photo of 2 MiB; what claims more is a decompression bomb. */
const MAX_PIXELS = 32_000_000;
/** Seconds that one picture may take. */
const TIMEOUT = 10;
const MAX_WAITING = 20;

/** The decoders that uploads may reach; libvips has dozens, for SVG, PDF and whatever else. */
const LOADERS = ["VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer"];

/** Makes profile pictures of what people upload, one at a time, so that uploads do not keep the cores from others. */
export class PictureEncoder {
  readonly #queue = new PQueue({ concurrency: 1 });
  // Loaded at the first use: a platform without its binary can still do everything else.
  #sharp: Promise<typeof import("sharp")["default"]> | undefined;

  /**
   * A square WebP of 256 px, upright and without metadata, from PNG, JPEG or WebP.
   * @throws ServiceError UNPROCESSABLE for what is none of them, broken or too many pixels; OVERLOADED.
   */
  encode(image: Uint8Array): Promise<Buffer> {
    if (this.#queue.size >= MAX_WAITING) throw new ServiceError("OVERLOADED", { retryAfter: 2 });
    return this.#queue.add(async () => {
      this.#sharp ??= loadSharp();
      const sharp = await this.#sharp;
      try {
        return await sharp(image, { limitInputPixels: MAX_PIXELS, failOn: "error" })
          .timeout({ seconds: TIMEOUT })
          .autoOrient()
          .resize(SIDE, SIDE, { fit: "cover" })
          .webp({ quality: 82 })
          .toBuffer();
      } catch (cause) {
        throw new ServiceError("UNPROCESSABLE", { message: "This picture cannot be read.", cause });
      }
    });
  }
}

async function loadSharp() {
  const { default: sharp } = await import("sharp");
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: LOADERS });
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}
