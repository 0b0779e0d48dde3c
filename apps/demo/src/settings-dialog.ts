import { byId, make } from './elements.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';

/** The form in which a person changes the settings. */
export class SettingsDialog {
  readonly #dialog = byId('settings', HTMLDialogElement);
  readonly #microphone = byId('microphone', HTMLSelectElement);
  readonly #microphoneNote = byId('microphone-note', HTMLElement);
  readonly #speed = byId('speed', HTMLInputElement);
  readonly #volume = byId('volume', HTMLInputElement);
  readonly #systemPrompt = byId('system-prompt', HTMLTextAreaElement);
  readonly #announce = byId('announce', HTMLInputElement);
  readonly #shortcuts = byId('shortcuts', HTMLInputElement);

  #stopWatching: () => void = () => undefined;

  /** @param onSave is given what the person has chosen; not called when they cancel. */
  constructor(onSave: (settings: Settings) => void) {
    for (const input of [this.#speed, this.#volume])
      input.addEventListener('input', () => this.#showNumbers());
    byId('reset-settings', HTMLButtonElement).addEventListener('click', () => this.#fill(DEFAULT_SETTINGS));
    byId('cancel-settings', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    byId('settings-form', HTMLFormElement).addEventListener('submit', () => onSave(this.#read()));
    this.#dialog.addEventListener('close', () => this.#stopWatching());
  }

  /** Opens the form with these settings in it. */
  open(settings: Settings): void {
    this.#fill(settings);
    this.#dialog.showModal();
    void this.#listMicrophones(settings.microphoneId);
  }

  #fill(settings: Settings): void {
    this.#choose(settings.microphoneId);
    this.#speed.value = String(settings.speed);
    this.#volume.value = String(settings.volume);
    this.#systemPrompt.value = settings.systemPrompt;
    this.#announce.checked = settings.announce;
    this.#shortcuts.checked = settings.shortcuts;
    this.#showNumbers();
  }

  #read(): Settings {
    return {
      microphoneId: this.#microphone.value,
      speed: Number(this.#speed.value),
      volume: Number(this.#volume.value),
      systemPrompt: this.#systemPrompt.value.trim(),
      announce: this.#announce.checked,
      shortcuts: this.#shortcuts.checked,
    };
  }

  #showNumbers(): void {
    byId('speed-value', HTMLOutputElement).value = `${Number(this.#speed.value).toFixed(1)} ×`;
    byId('volume-value', HTMLOutputElement).value = `${Math.round(Number(this.#volume.value) * 100)} %`;
  }

  async #listMicrophones(chosen: string): Promise<void> {
    const { listMicrophones, watchMicrophones } = await import('@runanywhere/audio');
    this.#stopWatching();
    if (this.#dialog.open) {
      this.#stopWatching = watchMicrophones(() => void this.#listMicrophones(this.#microphone.value));
    }
    const microphones = await listMicrophones();
    const named = microphones.filter(
      ({ label, microphoneId }) => label !== '' && !['', 'default'].includes(microphoneId),
    );
    this.#microphone.replaceChildren(
      option('', 'The system’s choice'),
      ...named.map(({ microphoneId, label }) => option(microphoneId, label)),
    );
    this.#microphoneNote.hidden = named.length > 0;
    this.#choose(chosen);
  }

  /** A microphone that was unplugged, or has no name yet, stays chosen. */
  #choose(microphoneId: string): void {
    const known = [...this.#microphone.options].some(({ value }) => value === microphoneId);
    if (!known && microphoneId) this.#microphone.append(option(microphoneId, 'The microphone of last time'));
    this.#microphone.value = microphoneId;
  }
}

function option(value: string, text: string): HTMLOptionElement {
  const element = make('option', '', text);
  element.value = value;
  return element;
}
