import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { globSync } from '../../scripts/lib/files.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { describeVerdict } from './verdict.mjs';

const FILE = path.join(root, 'docs/benchmarks.md');

const HEAD = `# Benchmarks

Made by \`npm run bench -- --goal … --save\` from the files in \`benchmarks/results\`; not edited by hand. All contestants run in the same browser on
the same machine, each run in a fresh browser, in an order that is rotated each round; the first round is dropped. A value is the
median of the rounds, with a bootstrap 95 % interval; a goal is met when the upper end of the interval is.
`;

/** The document as the results have it. */
export function benchmarkTables() {
  const parts = [HEAD];
  for (const file of globSync('benchmarks/results/G*.json')) {
    const result = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    if (result.kind === 'report') {
      parts.push(...reportLines(result));
      continue;
    }
    const { goal, what, value, unit, interval, limit, met, rounds, peers, command, machine, date } = result;
    const row = (name, summary) =>
      `| ${name} | ${summary.value} | ${summary.interval.join(' to ')} | ${Object.entries(summary.details)
        .map(([key, detail]) => `${key} ${detail}`)
        .join(', ')} |`;
    parts.push(
      `## ${goal}: ${what}`,
      '',
      `Goal: at most ${limit} ${unit}. **${met ? 'Met' : 'Not met'}**: ${value} ${unit} (${interval.join(' to ')}), ${rounds} rounds.`,
      '',
      `| contestant | ${unit}, median | 95 % interval | medians of the rest |`,
      '|---|---|---|---|',
      row('ours', result),
      ...Object.entries(peers).map(([name, peer]) => row(`${name} (${peer.version})`, peer)),
      '',
      circumstances({ command, date, machine }),
      '',
    );
  }
  return parts.join('\n');
}

/**
 * @param {import('./verdict.mjs').Report} report
 * @returns {string[]}
 */
function reportLines({ goal, what, verdicts, tables, notes, ...rest }) {
  return [
    `## ${goal}: ${what}`,
    '',
    ...verdicts.map((verdict) => `- ${describeVerdict(verdict)}`),
    '',
    ...tables.flatMap(({ title, columns, rows }) => [
      `${title}:`,
      '',
      `| ${columns.join(' | ')} |`,
      `|${'---|'.repeat(columns.length)}`,
      ...rows.map((row) => `| ${row.join(' | ')} |`),
      '',
    ]),
    ...notes.flatMap((note) => [note, '']),
    circumstances(rest),
    '',
  ];
}

/** @param {Pick<import('./verdict.mjs').Report, 'command' | 'date' | 'machine'>} run */
function circumstances({ command, date, machine }) {
  return `\`${command}\` on ${date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.system}, ${machine.browser}, load average ${machine.loadAverage}, commit ${machine.commit}.`;
}

/** Writes docs/benchmarks.md. */
export function writeBenchmarkTables() {
  writeFileSync(FILE, benchmarkTables());
}
