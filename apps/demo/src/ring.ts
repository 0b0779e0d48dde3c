import type { Mood } from './talk-view.ts';

const POINTS = 72;
const QUIETEST_DB = -55;
const LOUDEST_DB = -12;
/** How much of the way to its goal the drawn level goes in 16 ms: up at once, down like a needle. */
const RISE = 0.45;
const FALL = 0.1;

/**
 * The ring around the talk button: a level meter while somebody may speak, a progress arc while models load, and a sign of
 * life while the page thinks or speaks. Decoration for the eye; all it tells stands beside it as text.
 */
export class Ring {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #calm = matchMedia('(prefers-reduced-motion: reduce)');
  #mood: Mood = 'idle';
  #target = 0;
  #level = 0;
  #loaded: number | undefined;
  #drawnMs = 0;
  #frame = 0;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    new ResizeObserver(() => this.#wake()).observe(canvas);
    this.#calm.addEventListener('change', () => this.#wake());
    canvas.addEventListener('transitionend', () => this.#wake());
  }

  /** How loud it is: root mean square, 0 to 1. */
  setLevel(rms: number): void {
    const db = 20 * Math.log10(Math.max(rms, 1e-6));
    this.#target = Math.min(1, Math.max(0, (db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
    this.#wake();
  }

  setMood(mood: Mood): void {
    if (mood === this.#mood) return;
    this.#mood = mood;
    if (mood !== 'listening' && mood !== 'speaking' && mood !== 'thinking') this.#target = 0;
    this.#wake();
  }

  /** How much of the models has arrived, 0 to 1; undefined when nothing is loading. */
  setLoaded(loaded: number | undefined): void {
    if (loaded === this.#loaded) return;
    this.#loaded = loaded;
    this.#wake();
  }

  #wake(): void {
    this.#frame ||= requestAnimationFrame((nowMs) => this.#draw(nowMs));
  }

  #draw(nowMs: number): void {
    this.#frame = 0;
    const context = this.#context;
    if (!context) return;
    const steps = Math.min(6, (nowMs - this.#drawnMs) / 16);
    this.#drawnMs = nowMs;
    const share = 1 - (1 - (this.#target > this.#level ? RISE : FALL)) ** steps;
    this.#level += (this.#target - this.#level) * share;

    const size = this.#canvas.clientWidth;
    const scale = Math.min(2, devicePixelRatio);
    const pixels = Math.round(size * scale);
    if (this.#canvas.width !== pixels) {
      this.#canvas.width = pixels;
      this.#canvas.height = pixels;
    }
    context.setTransform(scale, 0, 0, scale, (size * scale) / 2, (size * scale) / 2);
    context.clearRect(-size / 2, -size / 2, size, size);
    // The colour is the style sheet's, which also fades it.
    const { color } = getComputedStyle(this.#canvas);
    context.strokeStyle = color;
    context.fillStyle = color;
    const radius = size * 0.345;
    const seconds = this.#calm.matches ? 0 : nowMs / 1000;
    if (this.#mood === 'speaking') drawRipples(context, radius, size / 2, this.#calm.matches ? 0.4 : seconds);
    if (this.#mood === 'thinking') drawSweep(context, radius, seconds);
    drawLevel(context, radius, this.#level, seconds);
    if (this.#loaded !== undefined) drawArc(context, radius, this.#loaded);

    const moves = this.#mood === 'speaking' || this.#mood === 'thinking';
    const settling = Math.abs(this.#target - this.#level) > 0.004;
    if (settling || (!this.#calm.matches && (moves || this.#level > 0.02))) this.#wake();
  }
}

/** Three soft closed waves whose height is the level. */
function drawLevel(context: CanvasRenderingContext2D, radius: number, level: number, seconds: number): void {
  for (let layer = 0; layer < 3; layer += 1) {
    const swell = radius * (0.03 + level * (0.14 + layer * 0.075));
    const wave = seconds === 0 ? 0 : radius * level * (0.035 + layer * 0.02);
    context.beginPath();
    for (let point = 0; point <= POINTS; point += 1) {
      const angle = (point / POINTS) * 2 * Math.PI;
      const bend =
        Math.sin(3 * angle + seconds * (1.9 + layer * 0.6)) +
        0.6 * Math.sin(5 * angle - seconds * (2.6 - layer * 0.5) + layer) +
        0.4 * Math.sin(2 * angle + seconds * 1.3 + layer * 2);
      const reach = radius + swell + wave * bend;
      context.lineTo(Math.cos(angle) * reach, Math.sin(angle) * reach);
    }
    context.globalAlpha = 0.2 - layer * 0.055;
    context.fill();
  }
  context.globalAlpha = 1;
}

/** Rings that leave the button and fade. */
function drawRipples(
  context: CanvasRenderingContext2D,
  radius: number,
  outermost: number,
  seconds: number,
): void {
  context.lineWidth = 2;
  for (let ring = 0; ring < 3; ring += 1) {
    const way = (seconds * 0.45 + ring / 3) % 1;
    context.globalAlpha = 0.55 * (1 - way) ** 1.5;
    context.beginPath();
    context.arc(0, 0, radius + (outermost - radius - 2) * way, 0, 2 * Math.PI);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** An arc that walks around. */
function drawSweep(context: CanvasRenderingContext2D, radius: number, seconds: number): void {
  const begin = seconds * 2.6;
  const length = Math.PI * (0.55 + 0.25 * Math.sin(seconds * 1.7));
  drawStroke(context, radius * 1.1, begin, begin + length);
}

function drawArc(context: CanvasRenderingContext2D, radius: number, share: number): void {
  const begin = -Math.PI / 2;
  context.globalAlpha = 0.18;
  drawStroke(context, radius * 1.1, 0, 2 * Math.PI);
  context.globalAlpha = 1;
  drawStroke(context, radius * 1.1, begin, begin + 2 * Math.PI * share);
}

function drawStroke(context: CanvasRenderingContext2D, radius: number, begin: number, end: number): void {
  context.lineWidth = 4;
  context.lineCap = 'round';
  context.beginPath();
  context.arc(0, 0, radius, begin, end);
  context.stroke();
}
