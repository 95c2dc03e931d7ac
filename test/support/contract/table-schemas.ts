/** Tables that the app's queries may name, with their columns as Azure documents them. */

/** Columns that every Log Analytics table of a machine has. */
const STANDARD =
  'TenantId:string, TimeGenerated:datetime, SourceSystem:string, Type:string, _ResourceId:string, _SubscriptionId:string, _BilledSize:real, _IsBillable:string';

export const LOG_ANALYTICS: Readonly<Record<string, string>> = {
  Heartbeat: `${STANDARD}, MG:string, ManagementGroupName:string, SourceComputerId:string, ComputerIP:string, Computer:string, Category:string, OSType:string, OSName:string, OSMajorVersion:string, OSMinorVersion:string, Version:string, SCAgentChannel:string, IsGatewayInstalled:bool, RemoteIPLongitude:real, RemoteIPLatitude:real, RemoteIPCountry:string, SubscriptionId:string, ResourceGroup:string, ResourceProvider:string, Resource:string, ResourceId:string, ResourceType:string, ComputerEnvironment:string, Solutions:string, VMUUID:string, ComputerPrivateIPs:dynamic`,
  Event: `${STANDARD}, MG:string, ManagementGroupName:string, Source:string, EventLog:string, Computer:string, EventCategory:int, EventLevel:int, EventLevelName:string, UserName:string, Message:string, ParameterXml:string, EventData:string, EventID:int, RenderedDescription:string, AzureDeploymentID:string, Role:string`,
  Perf: `${STANDARD}, MG:string, Computer:string, ObjectName:string, CounterName:string, InstanceName:string, Min:real, Max:real, SampleCount:int, CounterValue:real, BucketStartTime:datetime, BucketEndTime:datetime, StandardDeviation:real, CounterPath:string`,
  SecurityEvent: `${STANDARD}, MG:string, ManagementGroupName:string, SourceComputerId:string, Account:string, AccountType:string, Computer:string, EventSourceName:string, Channel:string, Task:int, Level:string, EventLevelName:string, EventData:string, EventID:int, Activity:string, EventRecordId:string, EventOriginId:string, CommandLine:string, IpAddress:string, LogonType:int, LogonTypeName:string, LogonProcessName:string, NewProcessName:string, ParentProcessName:string, ProcessId:string, Process:string, Status:string, SubStatus:string, SubjectUserName:string, SubjectUserSid:string, SubjectDomainName:string, TargetUserName:string, TargetUserSid:string, TargetDomainName:string, WorkstationName:string, TimeCollected:datetime, SystemUserId:string`,
  Syslog: `${STANDARD}, MG:string, Computer:string, EventTime:datetime, Facility:string, HostName:string, HostIP:string, SeverityLevel:string, SyslogMessage:string, ProcessID:int, ProcessName:string, CollectorHostName:string`,
  CommonSecurityLog: `${STANDARD}, DeviceVendor:string, DeviceProduct:string, DeviceVersion:string, DeviceEventClassID:string, Activity:string, LogSeverity:string, OriginalLogSeverity:string, AdditionalExtensions:string, DeviceAction:string, ApplicationProtocol:string, EventCount:int, DestinationHostName:string, DestinationIP:string, DestinationPort:int, DeviceAddress:string, DeviceName:string, Message:string, Protocol:string, SourceHostName:string, SourceIP:string, SourcePort:int, Computer:string, CollectorHostName:string, StartTime:datetime, EndTime:datetime, ReceiptTime:string, ExternalID:int, ExtID:string, SimplifiedDeviceAction:string`,
  W3CIISLog: `${STANDARD}, MG:string, ManagementGroupName:string, Computer:string, Date:string, Time:string, sSiteName:string, sComputerName:string, sIP:string, csMethod:string, csUriStem:string, csUriQuery:string, sPort:int, csUserName:string, cIP:string, csVersion:string, csUserAgent:string, csCookie:string, csReferer:string, csHost:string, scStatus:string, scSubStatus:string, scWin32Status:string, scBytes:long, csBytes:long, TimeTaken:long, StorageAccount:string, FileUri:string, FileOffset:long`,
  /** A classic custom table, as the legacy agent fills it. */
  App_CL: `${STANDARD}, MG:string, ManagementGroupName:string, Computer:string, RawData:string`,
  ConfigurationChange: `${STANDARD}, Computer:string, ConfigChangeType:string, ChangeCategory:string, SourceComputerId:string, VMUUID:string, Name:string, Previous:string, Current:string`,
  /** A table that a rule fills. */
  App_AMA_CL: `${STANDARD}, RawData:string, FilePath:string, Computer:string`,
  InsightsMetrics: `${STANDARD}, Computer:string, Origin:string, Namespace:string, Name:string, Val:real, Tags:string, AgentId:string, SourceComputerId:string`,
  /** A function of every workspace over its table Operation. */
  _LogOperation:
    'TimeGenerated:datetime, Category:string, Operation:string, Level:string, Detail:string, _ResourceId:string, Computer:string, CorrelationId:string',
  DCRLogErrors: `${STANDARD}, ClientRequestId:string, CorrelationId:string, InputStreamId:string, Message:string, OperationName:string`,
  Usage: `${STANDARD}, Computer:string, StartTime:datetime, EndTime:datetime, DataType:string, Solution:string, ResourceUri:string, Quantity:real, QuantityUnit:string, IsBillable:bool, MeterId:string, LinkedMeterId:string, LinkedResourceUri:string, AvgLatencyInSeconds:real, BatchesCapped:long, BatchesOutsideSla:long, BatchesWithinSla:long, TotalBatches:long`,
};

/** Every Resource Graph table has these columns. */
const GRAPH =
  'id:string, name:string, type:string, tenantId:string, kind:string, location:string, resourceGroup:string, subscriptionId:string, managedBy:string, sku:dynamic, plan:dynamic, properties:dynamic, tags:dynamic, identity:dynamic, zones:dynamic, extendedLocation:dynamic';

export const RESOURCE_GRAPH: Readonly<Record<string, string>> = {
  resources: GRAPH,
  insightsresources: GRAPH,
  resourcecontainers: GRAPH,
  computeresources: GRAPH,
  policyresources: GRAPH,
  securityresources: GRAPH,
};
