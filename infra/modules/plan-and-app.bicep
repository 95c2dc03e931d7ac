metadata name = 'Plan and app'
metadata description = 'The function app on Flex Consumption. Storage, telemetry and Azure are reached by its identity; no setting is a secret.'

@description('Required. Name of the app.')
param name string

@description('Required. Name of the plan.')
param planName string

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Resource id of the identity of the app.')
param identityResourceId string

@description('Required. Client id of the identity of the app.')
param identityClientId string

@description('Required. Name of the storage account.')
param storageAccountName string

@description('Required. Container of the deployed package.')
param deploymentContainerName string

@description('Required. Connection string of Application Insights.')
param connectionString string

@description('Required. Memory of one instance in MB.')
param instanceMemoryMB int

@description('Required. Instances at most.')
param maximumInstanceCount int

@description('Optional. Further settings of the app by name.')
param appSettings object = {}

@description('Optional. How the app reaches Durable Task Scheduler. Empty: orchestrations are kept in the storage account.')
param durableConnectionString string = ''

@description('Optional. Task hub of Durable Task Scheduler.')
param taskHubName string = ''

@description('Optional. Subnet that the app sends from. Empty: none.')
param subnetResourceId string = ''

@description('Optional. The app has no public endpoint.')
param closePublicEndpoint bool = false

@description('Optional. Client id of an app registration; with it every caller needs a token of it.')
param entraClientId string = ''

@description('Required. Address of the key that seals addresses of subscriptions.')
param eventKeyUri string

@description('Optional. Hosts that events may be sent to, apart by commas.')
param eventHosts string = ''

@description('Optional. Endpoint of the Event Grid topic that gets every event. Empty: none.')
param eventGridEndpoint string = ''

// AMA_CLOUD by the name Azure gives the cloud.
var clouds = { AzureCloud: 'public', AzureUSGovernment: 'government', AzureChinaCloud: 'china' }

// The Azure Storage provider of Durable Functions needs queue and table beside blob, and knows the identity by
// its client id alone (style facts 5.7).
var storageSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: account.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: account.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: account.properties.primaryEndpoints.table
}

var telemetrySettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  OTEL_SERVICE_NAME: name
}

// Names are those of shared/config/settings.ts; test/repo/infra-agrees.spec.ts compares them.
var ownSettings = {
  AMA_CLOUD: clouds[environment().name]
  AMA_MANAGED_IDENTITY_CLIENT_ID: identityClientId
}

// The ledger is a table of the same account, which outlives the app and serves any number of instances.
var ledgerSettings = { AMA_LEDGER_TABLE_ENDPOINT: account.properties.primaryEndpoints.table }

// Empty values are none: shared/config/settings.ts.
var eventSettings = {
  AMA_API_URL: 'https://${app.properties.defaultHostName}/api'
  AMA_EVENT_KEY_SECRET: eventKeyUri
  AMA_EVENT_HOSTS: eventHosts
  AMA_EVENT_GRID_TOPIC: eventGridEndpoint
}

// host.json keeps the Azure Storage provider; these settings of the host take its place (DESIGN D2).
var durableSettings = empty(durableConnectionString)
  ? {}
  : {
      DURABLE_TASK_SCHEDULER_CONNECTION_STRING: durableConnectionString
      TASKHUB_NAME: taskHubName
      AzureFunctionsJobHost__extensions__durableTask__hubName: taskHubName
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
      AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
    }

resource account 'Microsoft.Storage/storageAccounts@2026-04-01' existing = {
  name: storageAccountName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  // azd finds the app of the service by this tag.
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityResourceId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityResourceId
    publicNetworkAccess: closePublicEndpoint ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(subnetResourceId) ? null : subnetResourceId
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${account.properties.primaryEndpoints.blob}${deploymentContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityResourceId
          }
        }
      }
      runtime: { name: 'node', version: '22' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
  }
}

resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(appSettings, storageSettings, telemetrySettings, durableSettings, ledgerSettings, eventSettings, ownSettings)
}

// Nobody deploys with a password.
resource scmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

resource ftpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource authentication 'Microsoft.Web/sites/config@2025-03-01' = if (!empty(entraClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'Return401'
      excludedPaths: ['/api/health', '/api/tickets/callback']
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: entraClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: ['api://${entraClientId}', entraClientId] }
      }
    }
    login: { tokenStore: { enabled: false } }
    httpSettings: { requireHttps: true }
  }
}

@description('Resource id of the app.')
output resourceId string = app.id

@description('Name of the app.')
output name string = app.name

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName
