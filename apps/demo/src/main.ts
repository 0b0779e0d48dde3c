import type { VoiceSession } from '@runanywhere/voice';
import { Announcer } from './announcer.ts';
import { Captions } from './captions.ts';
import { Conversation } from './conversation.ts';
import { showCredits } from './credits.ts';
import { byId, setText } from './elements.ts';
import { latencyLine } from './latency.ts';
import { LoadingPanel } from './loading-panel.ts';
import { NoticeCard } from './notice-card.ts';
import { ProblemCard } from './problem-card.ts';
import { Ring } from './ring.ts';
import { keepSettings, needsNewSession, readSettings, type Settings } from './settings.ts';
import { SettingsDialog } from './settings-dialog.ts';
import { listenToKeys } from './shortcuts.ts';
import { type TalkView, talkView } from './talk-view.ts';

declare global {
  /** The session of the page, for the console and for tests; undefined until the first click. */
  var voiceSession: VoiceSession | undefined;
}

const talk = byId('talk', HTMLButtonElement);
const mute = byId('mute', HTMLButtonElement);
const hangUp = byId('hang-up', HTMLButtonElement);
const startOver = byId('start-over', HTMLButtonElement);
const text = byId('text', HTMLInputElement);
const examples = byId('examples', HTMLElement);

const ring = new Ring(byId('ring', HTMLCanvasElement));
const captions = new Captions(byId('captions', HTMLOListElement));
const announcer = new Announcer(byId('announcements', HTMLElement));
const loading = new LoadingPanel();
const notice = new NoticeCard();
const dialog = new SettingsDialog(applySettings);
const problem = new ProblemCard({
  retry: () => void conversation.retry(),
  openSettings: () => dialog.open(conversation.settings),
  focusText: () => text.focus(),
});
const conversation = new Conversation(readSettings(), { change: show, session: listen });
announcer.enabled = conversation.settings.announce;

let view: TalkView = talkView(conversation.snapshot, false);
/** When models were last seen loading. */
let loadingMs = Number.NEGATIVE_INFINITY;

talk.addEventListener('click', pressTalk);
hangUp.addEventListener('click', conversation.stop);
mute.addEventListener('click', toggleMute);
startOver.addEventListener('click', () => void beginAnew());
byId('open-settings', HTMLButtonElement).addEventListener('click', () => dialog.open(conversation.settings));
byId('composer', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  send(text.value);
  text.value = '';
});
examples.addEventListener('click', ({ target }) => {
  if (target instanceof HTMLButtonElement) send(target.textContent ?? '');
});
listenToKeys({ talk: pressTalk, interrupt, toggleMute }, () => conversation.settings.shortcuts);
Object.defineProperty(globalThis, 'voiceSession', { get: () => conversation.session, enumerable: true });
show();
// Without the catalog the list stays empty and the bar learns the sizes as files are named.
showCredits().then(
  (catalog) => {
    loading.catalog = catalog;
  },
  () => undefined,
);

/** Draws the page from the session's snapshot. */
function show(): void {
  const { snapshot } = conversation;
  view = talkView(snapshot, conversation.opening);
  document.body.dataset.mood = view.mood;
  document.body.dataset.talked = String(snapshot.messages.length > 0 || view.mood === 'thinking');
  talk.dataset.action = view.action;
  setText(byId('talk-label', HTMLElement), view.label);
  setText(byId('status', HTMLElement), view.status);
  setText(byId('hint', HTMLElement), view.hint);

  const open = snapshot.microphone === 'open';
  mute.hidden = !open;
  mute.ariaPressed = String(snapshot.muted);
  hangUp.hidden = !open || view.action === 'stop';
  startOver.hidden = snapshot.messages.length === 0;
  examples.hidden = snapshot.messages.length > 0 || view.mood === 'thinking';

  if (snapshot.loading) loadingMs = performance.now();
  ring.setMood(view.mood);
  ring.setLoaded(loading.show(snapshot.loading, performance.now()));
  captions.show(snapshot);
  announcer.note(snapshot.messages);
  notice.show(snapshot.notice);
  problem.show(conversation.error);
}

function listen(session: VoiceSession): void {
  session.on('level', ({ rms }) => ring.setLevel(session.getSnapshot().muted ? 0 : rms));
  session.on('turn-end', ({ timings }) => {
    captions.showLatency(latencyLine(timings, loadingMs));
  });
}

function pressTalk(): void {
  if (view.action === 'start') void conversation.start();
  else if (view.action === 'stop') conversation.stop();
  else conversation.interrupt();
}

/** Cancels an answer or stops it. Returns whether there was one. */
function interrupt(): boolean {
  const possible = view.action === 'interrupt';
  if (possible) conversation.interrupt();
  return possible;
}

function toggleMute(): void {
  const { session } = conversation;
  if (session && !mute.hidden) session.setMuted(!session.getSnapshot().muted);
}

function send(words: string): void {
  if (words.trim()) void conversation.send(words);
}

async function beginAnew(): Promise<void> {
  announcer.reset();
  talk.focus();
  await conversation.forget();
}

function applySettings(settings: Settings): void {
  const anew = needsNewSession(conversation.settings, settings);
  conversation.settings = settings;
  announcer.enabled = settings.announce;
  keepSettings(settings);
  if (anew && conversation.session) void beginAnew();
}
