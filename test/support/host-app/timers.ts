import { app, type InvocationContext, type Timer } from '@azure/functions';
import { note } from './record.ts';

app.timer('everyHour', {
  schedule: '%EVERY_HOUR%',
  handler: (timer: Timer, context: InvocationContext) => {
    note(`everyHour ${timer.scheduleStatus?.next} ${timer.isPastDue}`);
    context.info('tick');
  },
});

app.timer('atStartup', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: () => note('atStartup'),
});

app.timer('overlapping', {
  schedule: '* * * * * *',
  handler: async () => {
    note('overlapping begins');
    await new Promise((resolve) => setTimeout(resolve, 35));
    note('overlapping ends');
  },
});
