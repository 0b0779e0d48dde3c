import { DEFAULT_SYSTEM_PROMPT } from '@runanywhere/voice';

/** What a person can choose. Kept in this browser; nothing of what is said is. */
export interface Settings {
  /** A `deviceId`, or `''` for the system's own choice. */
  readonly microphoneId: string;
  /** 0.5 to 2. */
  readonly speed: number;
  /** 0 to 1. */
  readonly volume: number;
  readonly systemPrompt: string;
  /** Whether screen readers are told the captions. */
  readonly announce: boolean;
  /** Whether keys work outside the text box. */
  readonly shortcuts: boolean;
}

/** What the page begins with. */
export const DEFAULT_SETTINGS: Settings = {
  microphoneId: '',
  speed: 1,
  volume: 1,
  systemPrompt: DEFAULT_SYSTEM_PROMPT,
  announce: true,
  shortcuts: true,
};

const KEY = 'runanywhere-demo-settings';

/** The settings of the last visit; the defaults where there are none or they cannot be used. */
export function readSettings(): Settings {
  try {
    return cleanSettings(JSON.parse(localStorage.getItem(KEY) ?? '{}'));
  } catch {
    // Storage is blocked or holds something else: the page works without.
    return DEFAULT_SETTINGS;
  }
}

/** Keeps the settings for the next visit. */
export function keepSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is blocked or full: they hold until the page is closed.
  }
}

/** Whether a running conversation cannot take over the change. */
export function needsNewSession(before: Settings, after: Settings): boolean {
  const keys = ['microphoneId', 'speed', 'volume', 'systemPrompt'] as const;
  return keys.some((key) => before[key] !== after[key]);
}

function cleanSettings(kept: unknown): Settings {
  const found = (typeof kept === 'object' && kept !== null ? kept : {}) as Partial<Record<string, unknown>>;
  const text = (key: 'microphoneId' | 'systemPrompt'): string =>
    typeof found[key] === 'string' ? found[key] : DEFAULT_SETTINGS[key];
  const flag = (key: 'announce' | 'shortcuts'): boolean =>
    typeof found[key] === 'boolean' ? found[key] : DEFAULT_SETTINGS[key];
  const number = (key: 'speed' | 'volume', least: number, most: number): number => {
    const value = found[key];
    return typeof value === 'number' && value >= least && value <= most ? value : DEFAULT_SETTINGS[key];
  };
  return {
    microphoneId: text('microphoneId'),
    speed: number('speed', 0.5, 2),
    volume: number('volume', 0, 1),
    systemPrompt: text('systemPrompt'),
    announce: flag('announce'),
    shortcuts: flag('shortcuts'),
  };
}
