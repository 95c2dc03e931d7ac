import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApi } from '../rehearsal/drive/api.ts';
import { drive } from '../rehearsal/drive/drive.ts';
import { formatReport } from '../rehearsal/drive/format.ts';
import { createProgress } from '../rehearsal/drive/progress.ts';
import { reportOf } from '../rehearsal/drive/report.ts';
import { BadInput, EXIT, readInteger, readOptions, readPlan, runCommand } from './cli.ts';

const USAGE = `Usage: npm run drive -- --url URL --key KEY [--plan FILE] [--subscription ID]... [--by NAME] [--approve-as NAME] [--poll SECONDS] [--json]

Drives a running copy of the app, wherever it runs, from inventory to finished waves, and reports.

  --url URL          address of the app, e.g. http://127.0.0.1:7071
  --key KEY          function key
  --plan FILE        body of POST /plans; the app's defaults where it is silent
  --subscription ID  limits the inventory; may be given several times
  --by NAME          who requests the waves (default: drive)
  --approve-as NAME  approves gates under this name; without it, someone else must
  --poll SECONDS     how often to look (default: when the app says); for an app whose time is sped up
  --json             one JSON document on standard output, nothing else

Exit code: 0 every wave completed, 1 a wave ended held, degraded or aborted, 2 the input is wrong.`;

await runCommand(async () => {
  const options = readOptions(
    {
      url: { type: 'string' },
      key: { type: 'string' },
      plan: { type: 'string' },
      subscription: { type: 'string', multiple: true },
      by: { type: 'string' },
      'approve-as': { type: 'string' },
      poll: { type: 'string' },
      json: { type: 'boolean' },
    },
    USAGE,
  );
  const url = options.url ?? '';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new BadInput(`--url is missing or not an http address\n\n${USAGE}`);
  }
  const poll = readInteger('poll', options.poll, 0, 1, 3600);
  const progress = options.json === true ? undefined : createProgress(process.stdout);
  const api = createApi({ url, fetch, ...(options.key === undefined ? {} : { key: options.key }) });
  const result = await drive({
    api,
    plan: readPlan(options.plan),
    ...(options.subscription === undefined ? {} : { subscriptions: options.subscription }),
    requestedBy: options.by ?? 'drive',
    approveAs: options['approve-as'],
    runId: randomUUID(),
    sleep: async (ms) => {
      await sleep(poll === 0 ? ms : poll * 1000);
    },
    onEvent: (event) => progress?.show(event, Date.now()),
  });
  progress?.finish();
  const report = reportOf(result);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report, undefined),
  );
  return report.completed ? EXIT.ok : EXIT.notCompleted;
});
