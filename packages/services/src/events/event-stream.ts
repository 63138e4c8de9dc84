import type { EventType, FeedEvent } from "@crm/schemas";
import type { Actor } from "../actor.ts";
import type { Dependencies } from "../dependencies.ts";
import { ServiceError } from "../errors.ts";
import { Bell } from "./bell.ts";
import { visibleTypes } from "./event-types.ts";
import { canCatchUp, latestPosition, readEvents } from "./read-events.ts";

/** Rows that are in memory at a time; whatever a reader has not asked for stays in the table. */
const PAGE = 100;
/** Without being woken, so often it is looked for news and whether one may still see them, in milliseconds. */
const RECHECK = 15_000;
/** The same while the database is away. */
const RECHECK_FAILED = 2_000;
/** Longer than that nobody waits for a reader that takes nothing, in milliseconds. */
const STALLED = 30_000;

/** Told in place of events that are not kept any more: read everything anew, then go on. */
export interface ResetNotice {
  id: string;
  type: "reset";
  occurredAt: string;
  data: Record<string, never>;
}

export type StreamedEvent = FeedEvent | ResetNotice;

export interface EventStreamOptions {
  /** The last event that was seen; 0 for all that is kept. @default only what happens from now on */
  after?: string | null | undefined;
  /** @default all that the actor may see */
  types?: EventType[] | undefined;
  /** Who the caller is by now; asked again and again. */
  reauthenticate(): Promise<Actor | null>;
  /** The reader is gone. */
  signal: AbortSignal;
}

/**
 * A user's feed from a place on, without end. It reads from the table, page by page, as fast as it is read from: so it
 * has no gap between what was and what comes, whoever wakes it and whenever, and a slow reader costs no memory.
 */
export class EventStream implements AsyncIterable<StreamedEvent> {
  readonly #over = new AbortController();
  readonly #bell = new Bell();
  #check: Promise<void> | null = null;
  #checkAgain = false;
  #leave = () => {};

  private constructor(
    private readonly dependencies: Dependencies,
    private readonly actor: Actor,
    private readonly options: EventStreamOptions,
    private readonly visible: ReadonlySet<EventType>,
    private sequence: number,
    private isReset: boolean,
  ) {}

  /** @throws ServiceError FORBIDDEN, RATE_LIMITED with too many streams, OVERLOADED while the process stops */
  static async open(dependencies: Dependencies, actor: Actor, options: EventStreamOptions): Promise<EventStream> {
    const { db } = dependencies;
    const visible = visibleTypes(actor, options.types);
    const after = options.after ?? null;
    const isReset = after !== null && !(await canCatchUp(db, actor, Number(after)));
    const start = after === null || isReset ? await latestPosition(db, actor) : Number(after);
    const stream = new EventStream(dependencies, actor, options, visible, start, isReset);
    stream.#follow();
    return stream;
  }

  /** The id of the last event that was handed out or passed over. */
  get position(): string {
    return String(this.sequence);
  }

  /** Aborted when it ends, for whatever reason: no reader that is slow may keep the connection for long after that. */
  get ended(): AbortSignal {
    return this.#over.signal;
  }

  /** @throws ServiceError UNAUTHORIZED when the session has ended, OVERLOADED when one may come again at once */
  async *[Symbol.asyncIterator](): AsyncGenerator<StreamedEvent, void, undefined> {
    try {
      if (this.isReset) yield* this.#handOut(this.#resetNotice());
      while (!this.ended.aborted) {
        const events = await this.#read();
        for (const event of events) {
          if (this.ended.aborted) break;
          this.sequence = Number(event.id);
          if (this.visible.has(event.type)) yield* this.#handOut(event);
        }
      }
      if (this.ended.reason instanceof ServiceError) throw this.ended.reason;
    } finally {
      this.#end();
    }
  }

  #follow(): void {
    const wake = () => {
      void this.#checkAccess().catch(() => {});
      this.#bell.ring();
    };
    const close = () => this.#end(comeAgain());
    this.#leave = this.dependencies.liveFeed.follow(this.actor, { wake, close });
    const { signal } = this.options;
    if (signal.aborted) this.#end();
    signal.addEventListener("abort", () => this.#end(), { once: true, signal: this.ended });
  }

  #end(reason?: ServiceError): void {
    this.#leave();
    this.#over.abort(reason);
    this.#bell.ring();
  }

  /** What is next, after waiting for it when there is nothing. Whoever is not let in any more gets nothing. */
  async #read(): Promise<FeedEvent[]> {
    this.#bell.hush();
    try {
      await this.#checkAccess();
      if (this.ended.aborted) return [];
      const events = await readEvents(this.dependencies.db, this.actor, this.sequence, PAGE);
      if (events.length === 0) await this.#bell.wait(RECHECK);
      return events;
    } catch (error) {
      this.dependencies.logger.warn({ err: error }, "the live feed could not be read; it is tried again");
      await this.#bell.wait(RECHECK_FAILED);
      return [];
    }
  }

  /** Asked again while it is being asked, it looks once more afterwards. */
  #checkAccess(): Promise<void> {
    if (this.#check) this.#checkAgain = true;
    this.#check ??= this.#checkOnce().finally(() => {
      this.#check = null;
    });
    return this.#check;
  }

  async #checkOnce(): Promise<void> {
    do {
      this.#checkAgain = false;
      const present = await this.options.reauthenticate();
      if (!present) this.#end(new ServiceError("UNAUTHORIZED"));
      else if (present.passwordDue) this.#end(new ServiceError("PASSWORD_CHANGE_REQUIRED"));
      else if (present.role !== this.actor.role) this.#end(comeAgain());
    } while (this.#checkAgain && !this.ended.aborted);
  }

  *#handOut(event: StreamedEvent): Generator<StreamedEvent, void, undefined> {
    const stalled = setTimeout(() => this.#end(), STALLED);
    stalled.unref();
    try {
      yield event;
    } finally {
      clearTimeout(stalled);
    }
  }

  #resetNotice(): ResetNotice {
    return { id: this.position, type: "reset", occurredAt: new Date().toISOString(), data: {} };
  }
}

const comeAgain = () =>
  new ServiceError("OVERLOADED", { message: "The live stream has ended. Please connect again.", retryAfter: 1 });
