using './main.bicep'

// azd sets AZURE_ENV_NAME and AZURE_LOCATION; the others are set by `azd env set NAME VALUE`.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'pilot')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param alertEmails = filter(split(readEnvironmentVariable('AMA_ALERT_EMAILS', ''), ','), address => !empty(address))
param usePrivateNetworking = bool(readEnvironmentVariable('AMA_PRIVATE_NETWORKING', 'false'))
param closePublicEndpoint = bool(readEnvironmentVariable('AMA_CLOSE_PUBLIC_ENDPOINT', 'false'))
param eventHosts = readEnvironmentVariable('AMA_EVENT_HOSTS', '')
param useEventGrid = bool(readEnvironmentVariable('AMA_EVENT_GRID', 'false'))
param useDurableTaskScheduler = bool(readEnvironmentVariable('AMA_DURABLE_TASK_SCHEDULER', 'false'))
param entraClientId = readEnvironmentVariable('AMA_ENTRA_CLIENT_ID', '')
param estateSubscriptionIds = filter(split(readEnvironmentVariable('AMA_ESTATE_SUBSCRIPTIONS', ''), ','), id => !empty(id))
// The template says which two values there are.
param estateAccess = any(readEnvironmentVariable('AMA_ESTATE_ACCESS', 'reader'))
