import type { VoiceSessionOptions } from '@runanywhere/voice/browser';
import type { Page } from 'playwright';

/** One event of a session, as the page heard it. */
export interface HeardEvent {
  readonly name: string;
  /** When the page heard it, on its `performance.now()` clock. */
  readonly heardMs: number;
  readonly event: Record<string, unknown>;
}

/** What a conversation brought. */
export interface Conversation {
  readonly events: readonly HeardEvent[];
  readonly messages: readonly { role: string; text: string; status: string }[];
}

/** How a conversation is held. */
export interface ConverseOptions {
  session?: VoiceSessionOptions;
  /** Load the models before the microphone opens. @defaultValue true */
  preload?: boolean;
  /** Typed instead of spoken. */
  typed?: string;
  /** Ends after this many turns whose reply was played to its end. @defaultValue 1 */
  turns?: number;
  /** @defaultValue 150000 */
  timeoutMs?: number;
}

/** The prompt of all end-to-end conversations. */
export const SYSTEM_PROMPT = 'You are a voice assistant. Answer in one short sentence.';

/** Holds a conversation in a page that {@link openBarePage} opened. The session stays on the page as `globalThis.session`. */
export function converse(page: Page, options: ConverseOptions = {}): Promise<Conversation> {
  const session = { modelsUrl: '/models/', systemPrompt: SYSTEM_PROMPT, ...options.session };
  return page.evaluate(holdConversation, {
    preload: true,
    turns: 1,
    timeoutMs: 150_000,
    ...options,
    session,
  });
}

/** Runs in the page. */
async function holdConversation({
  session: sessionOptions,
  preload,
  typed,
  turns,
  timeoutMs,
}: ConverseOptions & { turns: number; timeoutMs: number }): Promise<Conversation> {
  const session = globalThis.runanywhere.createVoiceSession(sessionOptions);
  Object.assign(globalThis, { session });
  const events: HeardEvent[] = [];
  const names = [
    'state',
    'microphone-open',
    'speech-start',
    'speech-end',
    'transcript',
    'reply-delta',
    'reply-end',
    'speaking-start',
    'speaking-end',
    'turn-end',
    'notice',
    'error',
  ] as const;
  for (const name of names) {
    session.on(name, (event) => {
      const plain =
        event instanceof Error ? { code: event.code, message: event.message } : structuredClone(event);
      events.push({ name, heardMs: performance.now(), event: plain as Record<string, unknown> });
    });
  }
  const ended = new Promise<void>((resolve, reject) => {
    let left = turns;
    session.on('turn-end', ({ outcome }) => {
      if (outcome === 'done') left -= 1;
      if (left === 0) resolve();
    });
    session.on('error', reject);
    setTimeout(
      () =>
        reject(
          new Error(`not over after ${timeoutMs} ms: ${JSON.stringify(events.map(({ name }) => name))}`),
        ),
      timeoutMs,
    );
  });
  ended.catch(() => undefined); // start() may fail first, with the same error.
  if (preload) await session.load();
  if (typed === undefined) await session.start();
  else await session.sendText(typed);
  await ended;
  await new Promise((resolve) => setTimeout(resolve, 300)); // The recorder is a few blocks behind.
  const messages = session.getSnapshot().messages.map(({ role, text, status }) => ({ role, text, status }));
  return { events, messages };
}

/** The first event of a name. @throws when there was none. */
export function first(conversation: Conversation, name: string): HeardEvent {
  const found = conversation.events.find((event) => event.name === name);
  if (!found)
    throw new Error(
      `there was no "${name}" among ${conversation.events.map((event) => event.name).join(', ')}`,
    );
  return found;
}

/** All text of one side. */
export function textOf(conversation: Conversation, role: 'user' | 'assistant'): string {
  return conversation.messages
    .filter((message) => message.role === role)
    .map(({ text }) => text)
    .join(' ');
}
