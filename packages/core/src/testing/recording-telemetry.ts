import type { StageEvent, TelemetrySink } from '../telemetry.ts';

/** A sink that keeps everything, for assertions. */
export class RecordingTelemetry implements TelemetrySink {
  readonly events: StageEvent[] = [];

  record(event: StageEvent): void {
    this.events.push(event);
  }
}
