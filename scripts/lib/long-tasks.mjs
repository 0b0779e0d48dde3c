/**
 * Long tasks of a page’s thread, read from a DevTools trace.
 *
 * A task counts when it took more than `limitMs` of the thread’s own CPU time (waiting for a busy machine is not its fault) and
 * ran code of the scripts asked about: a callback they registered, or a frame of theirs in a sampled stack.
 */

/** Tasks, and the callbacks that they run. Slows nothing down noticeably. */
const TASKS = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'v8.execute'];

/**
 * What a trace must record to tell whose code a task ran: sampled stacks too. Sampling also reaches the workers, and WASM runs
 * several times slower there.
 */
export const TRACE_CATEGORIES = [...TASKS, 'disabled-by-default-v8.cpu_profiler'];

/** What suffices where all scripts of the page belong to the one who is judged; see `anyScript` of {@link findLongTasks}. */
export const LIGHT_TRACE_CATEGORIES = TASKS;

/** Trace events that say that a script ran, whosever it was. */
const SCRIPT_EVENTS = new Set([
  'FunctionCall',
  'EvaluateScript',
  'v8.evaluateModule',
  'RunMicrotasks',
  'TimerFire',
  'EventDispatch',
]);

/**
 * @typedef {{ ph: string, name: string, cat?: string, pid: number, tid: number, id?: string, ts: number, dur?: number, tdur?: number, args?: any }} TraceEvent
 * @typedef {{ startMs: number, cpuMs: number, wallMs: number, scripts: string[] }} LongTask
 */

/**
 * @param {readonly TraceEvent[]} trace
 * @param {(url: string) => boolean} isOurs Whether a script belongs to what is judged.
 * @param {{ limitMs?: number, anyScript?: boolean }} [options] `anyScript`: every script of the page counts, whatever its address.
 * @returns {{ longTasks: LongTask[], tasks: number, ourTasks: number, ourLongestMs: number }} `ourTasks`: how many tasks ran such code at all: 0 means that the trace saw nothing.
 */
export function findLongTasks(trace, isOurs, { limitMs = 50, anyScript = false } = {}) {
  const main = new Set(
    trace
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}:${tid}`),
  );
  const onMain = (/** @type {TraceEvent} */ { pid, tid }) => main.has(`${pid}:${tid}`);

  const tasks = outermost(
    trace.filter(
      (event) => event.ph === 'X' && onMain(event) && /RunTask$/.test(event.name) && event.dur !== undefined,
    ),
  );

  /** @type {Map<string, { ts: number, url: string }[]>} */
  const moments = new Map();
  const note = (
    /** @type {string} */ thread,
    /** @type {number} */ ts,
    /** @type {string} */ url,
    isScript = false,
  ) => {
    if (!isScript && (!url || !isOurs(url))) return;
    const list = moments.get(thread) ?? [];
    list.push({ ts, url });
    moments.set(thread, list);
  };
  for (const event of trace) {
    if (!onMain(event)) continue;
    const data = event.args?.data;
    const url = data?.url ?? data?.scriptName ?? event.args?.fileName ?? '';
    note(`${event.pid}:${event.tid}`, event.ts, url, anyScript && SCRIPT_EVENTS.has(event.name));
  }
  for (const { thread, ts, urls } of profileSamples(trace)) {
    if (main.has(thread)) for (const url of urls) note(thread, ts, url);
  }
  for (const list of moments.values()) list.sort((a, b) => a.ts - b.ts);

  /** @type {LongTask[]} */
  const longTasks = [];
  let ourTasks = 0;
  let ourLongestMs = 0;
  for (const task of tasks) {
    const end = task.ts + (task.dur ?? 0);
    const inside = (moments.get(`${task.pid}:${task.tid}`) ?? []).filter(
      ({ ts }) => ts >= task.ts && ts <= end,
    );
    if (inside.length === 0) continue;
    ourTasks += 1;
    const cpuMs = (task.tdur ?? task.dur ?? 0) / 1000;
    ourLongestMs = Math.max(ourLongestMs, cpuMs);
    if (cpuMs <= limitMs) continue;
    longTasks.push({
      startMs: task.ts / 1000,
      cpuMs,
      wallMs: (task.dur ?? 0) / 1000,
      scripts: [...new Set(inside.map(({ url }) => url))],
    });
  }
  return { longTasks, tasks: tasks.length, ourTasks, ourLongestMs };
}

/**
 * Tasks that lie in no other: the browser records one task under several names, a few microseconds apart.
 *
 * @param {readonly TraceEvent[]} tasks
 */
function outermost(tasks) {
  /** @type {Map<string, number>} */
  const ends = new Map();
  return [...tasks]
    .sort((a, b) => a.ts - b.ts || Number(b.dur) - Number(a.dur))
    .filter((task) => {
      const thread = `${task.pid}:${task.tid}`;
      if (task.ts < (ends.get(thread) ?? 0)) return false;
      ends.set(thread, task.ts + Number(task.dur));
      return true;
    });
}

/**
 * The sampled stacks of all threads: when, and which scripts were on the stack.
 *
 * @param {readonly TraceEvent[]} trace
 */
function* profileSamples(trace) {
  /** @type {Map<string, { thread: string, nowUs: number, nodes: Map<number, { url: string, parent: number | undefined }> }>} */
  const profiles = new Map();
  for (const event of trace) {
    if (event.name !== 'Profile' && event.name !== 'ProfileChunk') continue;
    const key = `${event.pid}:${event.id}`;
    const data = event.args?.data ?? {};
    if (event.name === 'Profile') {
      profiles.set(key, {
        thread: `${event.pid}:${event.tid}`,
        nowUs: data.startTime ?? event.ts,
        nodes: new Map(),
      });
      continue;
    }
    const profile = profiles.get(key);
    if (!profile) continue;
    for (const node of data.cpuProfile?.nodes ?? []) {
      profile.nodes.set(node.id, { url: node.callFrame?.url ?? '', parent: node.parent });
    }
    const samples = data.cpuProfile?.samples ?? [];
    for (const [index, sample] of samples.entries()) {
      profile.nowUs += data.timeDeltas?.[index] ?? 0;
      const urls = new Set();
      for (let id = sample; id !== undefined; id = profile.nodes.get(id)?.parent) {
        const url = profile.nodes.get(id)?.url;
        if (url) urls.add(url);
      }
      if (urls.size > 0) yield { thread: profile.thread, ts: profile.nowUs, urls };
    }
  }
}
