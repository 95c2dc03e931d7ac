metadata name = 'Alerts'
metadata description = 'Mails when a wave stops, machines fail, events do not arrive, or the app itself is in trouble. The queries read what functions/timers and the host log.'

@description('Required. First part of the names.')
param name string

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Workspace of the telemetry.')
param workspaceResourceId string

@description('Optional. Addresses that get a mail.')
param emails string[] = []

// The newest version whose types are published beside the project.
#disable-next-line use-recent-api-versions
resource group 'Microsoft.Insights/actionGroups@2022-06-01' = {
  name: '${name}-people'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'ama'
    emailReceivers: [
      for (address, i) in emails: {
        name: 'mail-${i}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

// One line of the timer `watch` a wave: functions/timers/standing.ts.
var standings = 'AppTraces | where Message has "waveStanding" | extend standing = parse_json(extract(@"(\\{.*\\})", 1, Message)) | extend waveId = tostring(standing.waveId), phase = tostring(standing.phase), failed = toint(standing.failed) | summarize arg_max(TimeGenerated, phase, failed) by waveId'

var rules = [
  {
    name: 'wave-held'
    description: 'A wave is held and waits for a person: resume or abort it.'
    severity: 2
    query: '${standings} | where phase == "held"'
    operator: 'GreaterThan'
    threshold: 0
    minutes: 15
  }
  {
    name: 'machines-failed'
    description: 'Machines of a wave failed or are blocked. Its machines say why and what to do.'
    severity: 2
    query: '${standings} | where failed > 0 or phase == "degraded"'
    operator: 'GreaterThan'
    threshold: 0
    minutes: 15
  }
  {
    name: 'function-errors'
    description: 'Functions of the app end in errors. Waves go on from their records; look at the exceptions.'
    severity: 2
    query: 'AppRequests | where Success == false and (isempty(ResultCode) or toint(ResultCode) == 0 or toint(ResultCode) >= 500)'
    operator: 'GreaterThan'
    threshold: 3
    minutes: 15
  }
  {
    name: 'orchestration-restarted'
    description: 'An orchestration was gone, and the app started it again from its record. Nothing is lost; find out why.'
    severity: 3
    query: 'AppTraces | where Message has "had no live orchestration and was started"'
    operator: 'GreaterThan'
    threshold: 0
    minutes: 15
  }
  {
    name: 'events-undelivered'
    description: 'Events could not be delivered to a subscription. GET /subscriptions names it and why; mend the receiver and replay.'
    severity: 2
    // One line of the timer `watch` for each such subscription, for an hour: functions/timers/watch-events.ts.
    query: 'AppTraces | where Message has "subscriptionStanding"'
    operator: 'GreaterThan'
    threshold: 0
    minutes: 15
  }
  {
    name: 'not-watching'
    description: 'The timer that watches waves did not run for half an hour: the app is down, or may not read its storage.'
    severity: 1
    query: 'AppRequests | where OperationName == "watch" or Name == "watch"'
    operator: 'LessThan'
    threshold: 1
    minutes: 30
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: '${name}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'AMA migration: ${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceResourceId]
      evaluationFrequency: 'PT15M'
      windowSize: 'PT${rule.minutes}M'
      autoMitigate: true
      // The tables are made with the first row.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [group.id] }
    }
  }
]

@description('Resource id of the action group.')
output actionGroupResourceId string = group.id
