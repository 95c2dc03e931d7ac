metadata name = 'Key Vault'
metadata description = 'Proxy credentials and workspace keys that waves refer to by address, and the key that seals addresses of subscriptions.'

@description('Required. Name of the vault.')
@minLength(3)
@maxLength(24)
param name string

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Optional. Reached by private endpoints alone.')
param isPrivate bool = false

@description('Required. Value of the key that seals addresses of subscriptions. A new one is a new version; earlier ones go on opening what they sealed.')
@secure()
@minLength(32)
param eventKey string

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: isPrivate ? 'disabled' : 'enabled'
    networkAcls: { bypass: 'AzureServices', defaultAction: isPrivate ? 'Deny' : 'Allow' }
  }
}

resource key 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = {
  parent: vault
  name: 'event-key'
  properties: {
    value: eventKey
    contentType: 'Seals addresses of subscriptions in the ledger; keep its versions'
  }
}

@description('Resource id of the vault.')
output resourceId string = vault.id

@description('Name of the vault.')
output name string = vault.name

@description('Address of the vault.')
output uri string = vault.properties.vaultUri

@description('Address of the key that seals addresses of subscriptions, without its version.')
output eventKeyUri string = '${vault.properties.vaultUri}secrets/${key.name}'
