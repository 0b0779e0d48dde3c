/** What the keys do outside of controls. */
export interface ShortcutActions {
  talk(): void;
  /** Returns whether there was something to interrupt. */
  interrupt(): boolean;
  toggleMute(): void;
}

const CONTROLS = 'input, textarea, select, button, a, summary, [contenteditable], dialog';

/** Space and Enter talk, Escape interrupts, M mutes: unless the key belongs to a control that has the focus. */
export function listenToKeys(actions: ShortcutActions, enabled: () => boolean): void {
  document.addEventListener('keydown', (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const inDialog = document.querySelector('dialog[open]') !== null;
    const inControl = inDialog || (target instanceof Element && target.closest(CONTROLS) !== null);
    const typing = target instanceof Element && target.matches('input, textarea, select');
    if (key === 'Escape') {
      if (!inDialog && actions.interrupt()) event.preventDefault();
    } else if (!enabled()) {
      return;
    } else if ((key === ' ' || key === 'Enter') && !inControl) {
      event.preventDefault();
      actions.talk();
    } else if (key.toLowerCase() === 'm' && !inDialog && !typing) {
      actions.toggleMute();
    }
  });
}
