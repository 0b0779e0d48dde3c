import type { VoiceSnapshot } from '@runanywhere/voice';

/** What the talk button does next. */
export type TalkAction = 'start' | 'stop' | 'interrupt';

/** How the page looks: a session's state, with what a person would tell apart besides. */
export type Mood = 'idle' | 'opening' | 'listening' | 'muted' | 'thinking' | 'speaking' | 'failed';

/** What is shown in and under the talk button. */
export interface TalkView {
  readonly mood: Mood;
  readonly action: TalkAction;
  /** What pressing the button does. */
  readonly label: string;
  readonly status: string;
  readonly hint: string;
}

/** Reads off a snapshot what the talk button shows. `opening`: somebody has pressed start and there is no session yet. */
export function talkView(snapshot: VoiceSnapshot, opening: boolean): TalkView {
  const mood = moodOf(snapshot, opening);
  return {
    mood,
    ...WORDS[mood],
    ...(snapshot.loading && WORDS_WHILE_LOADING[mood]),
    ...(mood === 'speaking' && snapshot.microphone !== 'open' && { hint: 'Press the button to interrupt.' }),
  };
}

type Words = Omit<TalkView, 'mood'>;

const WORDS: Readonly<Record<Mood, Words>> = {
  idle: {
    action: 'start',
    label: 'Start talking',
    status: 'Ready when you are',
    hint: 'Press the button, then just speak.',
  },
  opening: {
    action: 'stop',
    label: 'Cancel',
    status: 'Opening the microphone',
    hint: 'Your browser may ask for permission.',
  },
  listening: {
    action: 'stop',
    label: 'Stop listening',
    status: 'Listening',
    hint: 'Speak; pause when you are done.',
  },
  muted: {
    action: 'stop',
    label: 'Stop listening',
    status: 'Muted',
    hint: 'Nothing is heard until you unmute.',
  },
  thinking: {
    action: 'interrupt',
    label: 'Cancel',
    status: 'Thinking',
    hint: 'Press the button to cancel.',
  },
  speaking: {
    action: 'interrupt',
    label: 'Interrupt',
    status: 'Speaking',
    hint: 'Talk over it, or press the button.',
  },
  failed: {
    action: 'start',
    label: 'Try again',
    status: 'Not listening',
    hint: 'You can type in the meantime.',
  },
};

const WORDS_WHILE_LOADING: Partial<Record<Mood, Partial<Words>>> = {
  idle: { status: 'Loading', hint: 'The models are on their way.' },
  listening: { status: 'Listening already', hint: 'Speak: it is answered when the models are here.' },
  thinking: { status: 'Loading', hint: 'Your answer comes when the models are here.' },
};

function moodOf({ state, microphone, muted }: VoiceSnapshot, opening: boolean): Mood {
  if (state === 'listening' && muted) return 'muted';
  if (state === 'idle' || state === 'failed') return opening || microphone === 'opening' ? 'opening' : state;
  return state;
}
