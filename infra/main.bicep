targetScope = 'subscription'

metadata name = 'AMA migration backend'
metadata description = 'The app, its storage, its monitoring, and its rights on its own resources.'

@description('Required. Name of the environment; azd gives it. It is part of the names of all resources.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Required. Region of all resources. Flex Consumption has to be there.')
@minLength(1)
param location string

@description('Optional. Name of the resource group.')
param resourceGroupName string = 'rg-ama-migration-${environmentName}'

@description('Optional. Addresses that get a mail when an alert fires.')
param alertEmails string[] = []

@description('Optional. Memory of one instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Optional. Instances at most. Azure limits set the pace of a migration, not instances.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Optional. Settings of the app by their names in docs/reference/settings.md, beside those the modules set.')
param appSettings object = {}

@description('Optional. Days the telemetry is kept.')
@minValue(30)
@maxValue(730)
param retentionInDays int = 90

@description('Optional. Runs orchestrations on Durable Task Scheduler instead of queues and tables of the storage account.')
param useDurableTaskScheduler bool = false

@description('Optional. Puts storage and Key Vault behind private endpoints and the app into a virtual network.')
param usePrivateNetworking bool = false

@description('Optional. Gives the app a private endpoint and closes its public one. Only with usePrivateNetworking.')
param closePublicEndpoint bool = false

@description('Optional. Address space of the virtual network; a /24 or larger.')
param addressPrefix string = '10.90.0.0/24'

@description('Optional. Client id of an app registration. With it App Service authentication asks every caller for a token.')
param entraClientId string = ''

@description('Optional. Subscriptions in which the app gets its roles on the estate. Empty: none, grant them apart.')
param estateSubscriptionIds string[] = []

@description('Optional. What the app may do there: read (discovery, plans, verification), or operate (waves) as well.')
@allowed(['reader', 'operator'])
param estateAccess string = 'reader'

@description('Optional. Hosts that events may be sent to, apart by commas; "*.logic.azure.com" for flows.')
param eventHosts string = ''

@description('Optional. Makes an Event Grid topic that gets every event.')
param useEventGrid bool = false

@description('Optional. Value of the key that seals addresses of subscriptions; a new one at each deployment.')
@secure()
param eventKey string = '${newGuid()}${newGuid()}'

var tags = { 'azd-env-name': environmentName, workload: 'ama-migration' }
var token = toLower(uniqueString(subscription().id, environmentName, location))

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: 'id-ama-${token}', location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: 'log-ama-${token}'
    componentName: 'appi-ama-${token}'
    location: location
    tags: tags
    retentionInDays: retentionInDays
  }
}

module network 'modules/network.bicep' = if (usePrivateNetworking) {
  scope: group
  params: {
    name: 'vnet-ama-${token}'
    location: location
    tags: tags
    addressPrefix: addressPrefix
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: 'stama${token}'
    location: location
    tags: tags
    isPrivate: usePrivateNetworking
  }
}

module vault 'modules/key-vault.bicep' = {
  scope: group
  params: {
    name: 'kv-ama-${token}'
    location: location
    tags: tags
    isPrivate: usePrivateNetworking
    eventKey: eventKey
  }
}

module durable 'modules/durable.bicep' = if (useDurableTaskScheduler) {
  scope: group
  params: {
    name: 'dts-ama-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module topic 'modules/event-topic.bicep' = if (useEventGrid) {
  scope: group
  params: {
    name: 'evgt-ama-${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
  }
}

module roles 'modules/rbac-local.bicep' = {
  scope: group
  params: {
    principalId: identity.outputs.principalId
    storageAccountName: storage.outputs.name
    componentName: monitoring.outputs.componentName
    vaultName: vault.outputs.name
  }
}

module app 'modules/plan-and-app.bicep' = {
  scope: group
  params: {
    name: 'func-ama-${token}'
    planName: 'plan-ama-${token}'
    location: location
    tags: tags
    identityResourceId: identity.outputs.resourceId
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    deploymentContainerName: storage.outputs.deploymentContainerName
    connectionString: monitoring.outputs.connectionString
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    appSettings: appSettings
    durableConnectionString: useDurableTaskScheduler
      ? '${durable!.outputs.connectionString};ClientID=${identity.outputs.clientId}'
      : ''
    taskHubName: useDurableTaskScheduler ? durable!.outputs.taskHubName : ''
    subnetResourceId: usePrivateNetworking ? network!.outputs.appSubnetResourceId : ''
    closePublicEndpoint: usePrivateNetworking && closePublicEndpoint
    entraClientId: entraClientId
    eventKeyUri: vault.outputs.eventKeyUri
    eventHosts: eventHosts
    eventGridEndpoint: useEventGrid ? topic!.outputs.endpoint : ''
  }
  // The host does not start before it may read its storage.
  dependsOn: [roles, endpoints]
}

module endpoints 'modules/private-endpoints.bicep' = if (usePrivateNetworking) {
  scope: group
  params: {
    location: location
    tags: tags
    networkName: network!.outputs.name
    subnetResourceId: network!.outputs.endpointSubnetResourceId
    storageAccountResourceId: storage.outputs.resourceId
    vaultResourceId: vault.outputs.resourceId
  }
}

module inbound 'modules/private-inbound.bicep' = if (usePrivateNetworking && closePublicEndpoint) {
  scope: group
  params: {
    location: location
    tags: tags
    networkName: network!.outputs.name
    subnetResourceId: network!.outputs.endpointSubnetResourceId
    appResourceId: app.outputs.resourceId
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    name: 'ama-${token}'
    location: location
    tags: tags
    workspaceResourceId: monitoring.outputs.workspaceResourceId
    emails: alertEmails
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceResourceId: monitoring.outputs.workspaceResourceId
  }
}

module estate 'estate/subscription.bicep' = [
  for subscriptionId in estateSubscriptionIds: {
    name: 'ama-estate-${uniqueString(subscriptionId, environmentName)}'
    scope: subscription(subscriptionId)
    params: {
      principalId: identity.outputs.principalId
      access: estateAccess
    }
  }
]

@description('Name of the resource group.')
output AZURE_RESOURCE_GROUP string = group.name

@description('Where the API is.')
output AMA_API_URL string = 'https://${app.outputs.hostName}/api'

@description('Name of the function app.')
output AMA_APP_NAME string = app.outputs.name

@description('Object id of the identity of the app: whom to give the roles on the estate.')
output AMA_PRINCIPAL_ID string = identity.outputs.principalId

@description('Vault for the secrets that the app may read.')
output AMA_VAULT_URL string = vault.outputs.uri

@description('Storage account of the app.')
output AMA_STORAGE_ACCOUNT string = storage.outputs.name
