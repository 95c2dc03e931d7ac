import { app } from '@azure/functions';
import { note } from './record.ts';

app.hook.appStart(() => note('appStart'));
app.hook.appTerminate(() => note('appTerminate'));

app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked') context.inputs = ['changed by a hook'];
});

app.hook.postInvocation((context) => {
  if (context.invocationContext.functionName === 'hooked') context.result = `${context.result}, twice`;
});

app.hook.log((context) => {
  context.message = context.message.replace('token', '*****');
});
