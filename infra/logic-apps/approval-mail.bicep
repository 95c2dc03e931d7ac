metadata name = 'Approval by mail'
metadata description = 'Asks by mail, through Office 365, about every wave that waits for approval, and passes the answer on.'

@description('Required. Name of the Logic App.')
param name string

@description('Required. Region.')
param location string

@description('Optional. Tags.')
param tags object = {}

@description('Required. Where the app is, without /api: https://NAME.azurewebsites.net.')
param apiHost string

@description('Required. Whom the token is for: the client id of the app registration, as api://ID.')
param apiAudience string

@description('Required. Vault with the secrets of the Logic Apps. Not that of the app: plans may name secrets there.')
param vaultName string

@description('Optional. Name of the secret with a function key of the app.')
param keySecretName string = 'ama-function-key'

@description('Required. Addresses that are asked, apart by semicolons.')
param approvers string

// Key Vault Secrets User.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var vaultUrl = '${vault.properties.vaultUri}secrets/'

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

// A person has to sign in to the connection once, in the portal.
resource connection 'Microsoft.Web/connections@2016-06-01' = {
  name: '${name}-office365'
  location: location
  tags: tags
  properties: {
    displayName: 'AMA migration approvals'
    api: { id: subscriptionResourceId('Microsoft.Web/locations/managedApis', location, 'office365') }
  }
}

resource workflow 'Microsoft.Logic/workflows@2019-05-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    state: 'Enabled'
    definition: loadJsonContent('approval-mail.workflow.json')
    parameters: {
      apiHost: { value: apiHost }
      apiAudience: { value: apiAudience }
      keySecretUri: { value: '${vaultUrl}${keySecretName}' }
      // https://vault.azure.net, or what it is called in another cloud.
      vaultAudience: { value: 'https:/${replace(environment().suffixes.keyvaultDns, '.vault.', '/vault.')}' }
      approvers: { value: approvers }
      '$connections': {
        value: {
          office365: {
            id: subscriptionResourceId('Microsoft.Web/locations/managedApis', location, 'office365')
            connectionId: connection.id
            connectionName: connection.name
          }
        }
      }
    }
  }
}

resource mayReadSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, workflow.id, secretsUser)
  scope: vault
  properties: {
    principalId: workflow.identity.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

@description('Object id of the identity of the Logic App: whom to give a role on the API.')
output principalId string = workflow.identity.principalId
