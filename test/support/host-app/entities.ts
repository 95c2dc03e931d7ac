import type { EntityContext } from 'durable-functions';
import * as df from 'durable-functions';
import { note } from './record.ts';

df.app.entity('Counter', async (context: EntityContext<number>) => {
  const current = context.df.getState(() => 0) ?? 0;
  switch (context.df.operationName) {
    case 'add': {
      const by = context.df.getInput<number>() ?? 0;
      note(`add ${by} begins at ${current}`);
      await new Promise((resolve) => setImmediate(resolve));
      note(`add ${by} ends`);
      context.df.setState(current + by);
      context.df.return(current + by);
      return;
    }
    case 'get':
      context.df.return(current);
      return;
    case 'forward':
      context.df.signalEntity(new df.EntityId('Counter', 'other'), 'add', current);
      return;
    case 'reset':
      context.df.destructOnExit();
      return;
    default:
      throw `no operation ${context.df.operationName}`;
  }
});
