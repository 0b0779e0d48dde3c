import { LoadMeter } from './load-meter.ts';
import type { SessionBoard } from './session-board.ts';
import type { SessionParts } from './session-options.ts';
import { SharedLoad } from './shared-load.ts';

/** The parts of a session that have something to load. */
export type LoadablePart = 'input' | 'transcriber' | 'languageModel' | 'synthesizer';

/** Loads the parts of a session, shared by all who need them, and shows how far it has come. */
export class ModelLoads {
  readonly #loads: Readonly<Record<LoadablePart, SharedLoad>>;
  readonly #meter = new LoadMeter();
  readonly #board: SessionBoard;
  #active = 0;

  constructor(parts: SessionParts, board: SessionBoard) {
    this.#board = board;
    const { input, transcriber, languageModel, synthesizer } = parts;
    const shared = (part: ConstructorParameters<typeof SharedLoad>[0], modelId: string): SharedLoad =>
      new SharedLoad(part, (progress) => {
        this.#meter.note(modelId, progress);
        board.store.update({ loading: this.#meter.progress() });
      });
    this.#loads = {
      input: shared(input, 'speech-input'),
      transcriber: shared(transcriber, transcriber.modelId),
      languageModel: shared(languageModel, languageModel.modelId),
      synthesizer: shared(synthesizer, synthesizer.modelId),
    };
  }

  /** Whether every part has been loaded once. */
  get ready(): boolean {
    return Object.values(this.#loads).every((load) => load.ready);
  }

  /** Loads one part; free when it is loaded, and afresh after it failed or crashed. */
  async load(part: LoadablePart, signal?: AbortSignal): Promise<void> {
    const load = this.#loads[part];
    this.#active++;
    // A part that is ready answers at once: no flicker.
    if (!load.ready) this.#board.store.update({ loading: this.#meter.progress() });
    try {
      await load.load(signal);
    } finally {
      this.#active--;
      if (this.#active === 0) {
        this.#meter.reset();
        this.#board.store.update({ loading: undefined });
      }
    }
  }
}
