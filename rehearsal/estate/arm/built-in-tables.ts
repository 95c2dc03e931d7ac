/** Columns that every table has. */
const STANDARD =
  'TenantId TimeGenerated:dateTime SourceSystem Type _ResourceId _SubscriptionId _BilledSize:real _IsBillable';

/**
 * Tables that every workspace has, with the columns that matter here: `name:type`, text without a type. Sources:
 * learn.microsoft.com/azure/azure-monitor/reference/tables, and facts file 3.9 for those that only AMA fills.
 */
export const BUILT_IN_TABLES: Readonly<Record<string, string>> = {
  Heartbeat: `${STANDARD} MG ManagementGroupName SourceComputerId ComputerIP Computer Category OSType OSName OSMajorVersion OSMinorVersion Version SCAgentChannel IsGatewayInstalled:boolean RemoteIPLongitude:real RemoteIPLatitude:real RemoteIPCountry SubscriptionId ResourceGroup ResourceProvider Resource ResourceId ResourceType ComputerEnvironment Solutions VMUUID ComputerPrivateIPs:dynamic`,
  Event: `${STANDARD} MG ManagementGroupName Source EventLog Computer EventCategory:int EventLevel:int EventLevelName UserName Message ParameterXml EventData EventID:int RenderedDescription AzureDeploymentID Role`,
  Perf: `${STANDARD} MG Computer ObjectName CounterName InstanceName Min:real Max:real SampleCount:int CounterValue:real BucketStartTime:dateTime BucketEndTime:dateTime StandardDeviation:real CounterPath`,
  SecurityEvent: `${STANDARD} MG ManagementGroupName SourceComputerId Account AccountType Computer EventSourceName Channel Task:int Level EventLevelName EventData EventID:int Activity EventRecordId EventOriginId CommandLine IpAddress LogonType:int LogonTypeName LogonProcessName NewProcessName ParentProcessName ProcessId Process Status SubStatus SubjectUserName SubjectUserSid SubjectDomainName TargetUserName TargetUserSid TargetDomainName WorkstationName TimeCollected:dateTime SystemUserId Keywords Opcode Correlation ThreadId`,
  Syslog: `${STANDARD} MG Computer EventTime:dateTime Facility HostName HostIP SeverityLevel SyslogMessage ProcessID:int ProcessName CollectorHostName`,
  CommonSecurityLog: `${STANDARD} DeviceVendor DeviceProduct DeviceVersion DeviceEventClassID Activity LogSeverity OriginalLogSeverity AdditionalExtensions DeviceAction ApplicationProtocol EventCount:int DestinationHostName DestinationIP DestinationPort:int DeviceAddress DeviceName Message Protocol SourceHostName SourceIP SourcePort:int Computer CollectorHostName StartTime:dateTime EndTime:dateTime ReceiptTime ExternalID:int ExtID SimplifiedDeviceAction`,
  W3CIISLog: `${STANDARD} MG ManagementGroupName Computer Date Time sSiteName sComputerName sIP csMethod csUriStem csUriQuery sPort:int csUserName cIP csVersion csUserAgent csCookie csReferer csHost scStatus scSubStatus scWin32Status scBytes:long csBytes:long TimeTaken:long StorageAccount FileUri FileOffset:long`,
  InsightsMetrics: `${STANDARD} Computer Origin Namespace Name Val:real Tags AgentId SourceComputerId`,
  Usage: `${STANDARD} Computer StartTime:dateTime EndTime:dateTime DataType Solution ResourceUri Quantity:real QuantityUnit IsBillable:boolean MeterId LinkedMeterId LinkedResourceUri AvgLatencyInSeconds:real BatchesCapped:long BatchesOutsideSla:long BatchesWithinSla:long TotalBatches:long`,
};
