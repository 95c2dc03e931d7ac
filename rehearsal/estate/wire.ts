/** One HTTP request as the estate sees it. Header names are lower case; `url` is the real `https://…` address. */
export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** The connection breaks instead of an answer (a declared fault). */
  readonly reset?: boolean;
}

/** What a handler answers before it becomes text. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** In place of a body, where the answer is no JSON. */
  readonly text?: string;
}

/** One exchange in the form Azure's live validator reads (`oav`), secrets removed. */
export interface Exchange {
  readonly liveRequest: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly liveResponse: {
    readonly statusCode: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** What a request does; used by the request log, by faults and by throttling. */
export type OperationKind =
  | 'token.read'
  | 'subscription.read'
  | 'machine.read'
  | 'machine.list'
  | 'extension.read'
  | 'extension.write'
  | 'extension.delete'
  | 'runCommand.read'
  | 'runCommand.write'
  | 'runCommand.delete'
  | 'machine.power'
  | 'scaleSet.read'
  | 'scaleSet.upgrade'
  | 'operation.read'
  | 'association.read'
  | 'association.write'
  | 'association.delete'
  | 'rule.read'
  | 'rule.write'
  | 'rule.delete'
  | 'endpoint.read'
  | 'endpoint.write'
  | 'endpoint.delete'
  | 'workspace.read'
  | 'dataSource.read'
  | 'dataSource.write'
  | 'dataSource.delete'
  | 'table.read'
  | 'table.write'
  | 'table.migrate'
  | 'lock.read'
  | 'permission.read'
  | 'autoProvisioning.read'
  | 'autoProvisioning.write'
  | 'policyAssignment.read'
  | 'policyAssignment.write'
  | 'policyAssignment.delete'
  | 'remediation.read'
  | 'remediation.write'
  | 'alertRule.read'
  | 'savedSearch.read'
  | 'workbook.read'
  | 'secret.read'
  | 'desk.read'
  | 'desk.write'
  | 'graph.query'
  | 'logs.query'
  | 'event.receive'
  | 'unknown';
