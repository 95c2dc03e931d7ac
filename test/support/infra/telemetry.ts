/** Tables that the app's telemetry goes to, and those of Resource Graph, by the columns our queries may name. */
const STANDARD =
  'TenantId:string, TimeGenerated:datetime, OperationName:string, OperationId:string, ParentId:string, AppRoleName:string, AppRoleInstance:string, Properties:dynamic, Type:string, _ResourceId:string';

/** Azure Monitor logs reference: AppTraces, AppRequests, AppExceptions; Resource Graph: table `resources`. */
export const TELEMETRY_TABLES: Readonly<Record<string, string>> = {
  AppTraces: `${STANDARD}, Message:string, SeverityLevel:int`,
  AppRequests: `${STANDARD}, Id:string, Name:string, Url:string, Success:bool, ResultCode:string, DurationMs:real`,
  AppExceptions: `${STANDARD}, ExceptionType:string, OuterMessage:string, ProblemId:string, SeverityLevel:int`,
  resources:
    'id:string, name:string, type:string, tenantId:string, location:string, resourceGroup:string, subscriptionId:string, properties:dynamic, tags:dynamic',
};

interface Item {
  readonly name: string;
  readonly content: { readonly query?: string };
}

export function workbookQueries(text: string): { name: string; text: string }[] {
  const { items } = JSON.parse(text) as { items: readonly Item[] };
  return items.flatMap(({ name, content }) =>
    content.query === undefined ? [] : [{ name, text: content.query }],
  );
}
