import type { KustoDiagnostic } from './kusto.ts';

/** Functions that Log Analytics has and the language service does not know. They read no table of an agent. */
const KNOWN = /^_GetWatchlist(Alias)?$/;
/** Ways to data of other places (learn.microsoft.com/azure/azure-monitor/logs/cross-workspace-query). */
const ELSEWHERE = /^(workspace|app|resource|adx|arg|cluster)$/;

/** What a message of the service means for the tables of a query; most mean nothing. */
export function complaint({ Code, Message }: KustoDiagnostic): string | undefined {
  const name = /'([^']+)'/.exec(Message)?.[1] ?? '';
  switch (Code) {
    case 'KS111':
      return 'It uses as a table what is none here.';
    case 'KS204':
      return unknownTable(name);
    case 'KS207':
      return `It reads the cluster ${name}, which is not part of the workspace.`;
    case 'KS211':
      if (KNOWN.test(name)) return undefined;
      if (ELSEWHERE.test(name)) return `It reads data of another place by ${name}().`;
      return /^_(Im|ASim)_/i.test(name)
        ? `It calls ${name}, a built-in parser whose text is not in the workspace.`
        : `It calls ${name}, which is no function of the workspace.`;
    default:
      return undefined;
  }
}

/** That a name stands where a table should and is none. */
export function unknownTable(name: string): string {
  return `It names ${name}, which is neither a table nor a function of the workspace.`;
}
