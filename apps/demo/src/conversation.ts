import type { VoiceSession, VoiceSnapshot } from '@runanywhere/voice';
import type { Settings } from './settings.ts';

/** What the page shows while there is no session. */
const NOTHING_YET: VoiceSnapshot = Object.freeze({
  state: 'idle',
  loading: undefined,
  muted: false,
  microphone: 'closed',
  messages: [],
  error: undefined,
  notice: undefined,
  lastTurn: undefined,
});

/** Who is told what happens in a conversation. */
export interface ConversationListener {
  /** Something that can be seen has changed. */
  change(): void;
  /** A session was made: its events can be listened to. */
  session(session: VoiceSession): void;
}

/** The session behind the page: made at the first click, and anew when settings ask for it. */
export class Conversation {
  settings: Settings;
  readonly #listener: ConversationListener;
  #session: VoiceSession | undefined;
  /** Counts what was asked for, so that what waited for the SDK's code can tell whether it is still wanted. */
  #asked = 0;
  #opening = false;
  #failure: unknown;
  #again: (() => Promise<void>) | undefined;

  constructor(settings: Settings, listener: ConversationListener) {
    this.settings = settings;
    this.#listener = listener;
  }

  /** Undefined until the first click. */
  get session(): VoiceSession | undefined {
    return this.#session;
  }

  get snapshot(): VoiceSnapshot {
    return this.#session?.getSnapshot() ?? NOTHING_YET;
  }

  /** Whether somebody asked for something and the SDK's code is still on its way. */
  get opening(): boolean {
    return this.#opening;
  }

  /** What went wrong last. */
  get error(): unknown {
    return this.#failure ?? this.snapshot.error;
  }

  /** Opens the microphone and loads the models. Failures are shown, not thrown. */
  readonly start = (): Promise<void> => this.#run((session) => session.start());

  /** Answers a typed text. Failures are shown, not thrown. */
  readonly send = (text: string): Promise<void> => this.#run((session) => session.sendText(text));

  /** Does again what failed. */
  readonly retry = async (): Promise<void> => {
    const again = this.#again;
    const { messages, microphone } = this.snapshot;
    const unanswered = messages.length > 0 && messages.every(({ role }) => role === 'user');
    // A text that was never answered would stand there twice.
    if (unanswered && microphone === 'closed') await this.forget();
    await again?.();
  };

  /** Closes the microphone and ends what is being answered; the messages stay. */
  readonly stop = (): void => {
    this.#cancelOpening();
    void this.#session?.stop();
  };

  /** Stops an answer. */
  readonly interrupt = (): void => this.#session?.interrupt();

  /** Ends the conversation and forgets it. The next start begins another. */
  readonly forget = async (): Promise<void> => {
    const session = this.#session;
    this.#session = undefined;
    this.#failure = undefined;
    this.#cancelOpening();
    await session?.dispose();
  };

  async #run(call: (session: VoiceSession) => Promise<void>): Promise<void> {
    this.#again = () => this.#run(call);
    this.#failure = undefined;
    this.#asked += 1;
    const number = this.#asked;
    try {
      const session = this.#session ?? (await this.#make(number));
      if (session) await call(session);
    } catch (error) {
      // The snapshot tells what the session has met; an end that somebody asked for is no failure.
      const told = this.snapshot.error === error;
      const ended = error instanceof DOMException && error.name === 'AbortError';
      if (this.#asked === number && !told && !ended) this.#failure = error;
    }
    this.#listener.change();
  }

  /** Undefined when something else was asked for meanwhile. */
  async #make(number: number): Promise<VoiceSession | undefined> {
    this.#opening = true;
    this.#listener.change();
    try {
      const { createVoiceSession } = await import('@runanywhere/voice/browser');
      if (this.#asked !== number) return undefined;
      const { microphoneId, speed, volume, systemPrompt } = this.settings;
      const session = createVoiceSession({
        modelsUrl: new URL('models/', document.baseURI).href,
        speed,
        volume,
        systemPrompt,
        ...(microphoneId && { microphoneId }),
      });
      this.#session = session;
      session.subscribe(() => this.#session === session && this.#listener.change());
      this.#listener.session(session);
      return session;
    } finally {
      if (this.#asked === number) this.#opening = false;
    }
  }

  #cancelOpening(): void {
    this.#asked += 1;
    this.#opening = false;
    this.#listener.change();
  }
}
