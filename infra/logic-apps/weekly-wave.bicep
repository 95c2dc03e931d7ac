metadata name = 'Weekly wave'
metadata description = 'Starts the next wave of a plan every week, follows it, and fails when it stops.'

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

@description('Required. Plan whose waves are started, one a week.')
param planId string

@description('Required. Who asks for the waves: a team, or a person who does not approve them.')
param requestedBy string

@description('Optional. Starts disabled, so that nothing runs before a person turns it on.')
@allowed(['Enabled', 'Disabled'])
param state string = 'Disabled'

// Key Vault Secrets User.
var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var vaultUrl = '${vault.properties.vaultUri}secrets/'

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}

resource workflow 'Microsoft.Logic/workflows@2019-05-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    state: state
    definition: loadJsonContent('weekly-wave.workflow.json')
    parameters: {
      apiHost: { value: apiHost }
      apiAudience: { value: apiAudience }
      keySecretUri: { value: '${vaultUrl}${keySecretName}' }
      // https://vault.azure.net, or what it is called in another cloud.
      vaultAudience: { value: 'https:/${replace(environment().suffixes.keyvaultDns, '.vault.', '/vault.')}' }
      planId: { value: planId }
      requestedBy: { value: requestedBy }
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
