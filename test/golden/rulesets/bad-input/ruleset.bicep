// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'westeurope'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

resource linuxLogs01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-logs-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '5bf1acc9dd3cf22f'
  }
  properties: {
    description: 'Linux logs, converted from the agent settings of workspace contoso-logs.'
    streamDeclarations: {
      'Custom-Input-no_extension_AMA': {
        columns: [
          {
            name: 'TimeGenerated'
            type: 'datetime'
          }
          {
            name: 'RawData'
            type: 'string'
          }
          {
            name: 'FilePath'
            type: 'string'
          }
          {
            name: 'Computer'
            type: 'string'
          }
        ]
      }
    }
    dataSources: {
      logFiles: [
        {
          name: 'log-01-no-extension-ama'
          streams: [
            'Custom-Input-no_extension_AMA'
          ]
          filePatterns: [
            '/var/log/app'
          ]
          format: 'text'
          settings: {
            text: {
              recordStartTimestampFormat: 'ISO 8601'
            }
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Custom-Input-no_extension_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-no_extension_AMA_CL'
      }
    ]
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceResourceId
        }
      ]
    }
  }
}

resource linuxSyslog01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-syslog-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'c48deae2a3a8a3dc'
  }
  properties: {
    description: 'Linux syslog, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      syslog: [
        {
          name: 'syslog-1'
          streams: [
            'Microsoft-Syslog'
          ]
          facilityNames: [
            'daemon'
          ]
          logLevels: [
            'Error'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Syslog'
        ]
        destinations: [
          'workspace'
        ]
      }
    ]
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceResourceId
        }
      ]
    }
  }
}

resource windowsCounters01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-counters-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '02509e34d802eb9f'
  }
  properties: {
    description: 'Windows counters, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-10s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 10
          counterSpecifiers: [
            '\\Processor(*)\\% Processor Time'
          ]
        }
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            '\\LogicalDisk(*)\\Free Megabytes'
            '\\SQL, Server(*)\\Reads, "physical"/sec'
            '\\Процессор(*)\\% загруженности процессора'
          ]
        }
        {
          name: 'counters-1800s'
          streams: [
            'Microsoft-Perf'
          ]
          samplingFrequencyInSeconds: 1800
          counterSpecifiers: [
            '\\LogicalDisk(*)\\Avg. Disk Queue Length'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Perf'
        ]
        destinations: [
          'workspace'
        ]
      }
    ]
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceResourceId
        }
      ]
    }
  }
}

resource windowsEvents01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-events-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '74d1bb9166103cb7'
  }
  properties: {
    description: 'Windows events, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      windowsEventLogs: [
        {
          name: 'events'
          streams: [
            'Microsoft-Event'
          ]
          xPathQueries: [
            'Application!*[System[(Level=1 or Level=2)]]'
            'Contoso\'s "App"/Operational!*[System[(Level=1 or Level=2)]]'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-Event'
        ]
        destinations: [
          'workspace'
        ]
      }
    ]
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceResourceId
        }
      ]
    }
  }
}

resource windowsLogs01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-logs-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'ac2112589a6db82b'
  }
  properties: {
    description: 'Windows logs, converted from the agent settings of workspace contoso-logs.'
    streamDeclarations: {
      'Custom-Input-T__8ed1ff_AMA': {
        columns: [
          {
            name: 'TimeGenerated'
            type: 'datetime'
          }
          {
            name: 'RawData'
            type: 'string'
          }
          {
            name: 'FilePath'
            type: 'string'
          }
          {
            name: 'Computer'
            type: 'string'
          }
        ]
      }
      'Custom-Input-share_AMA': {
        columns: [
          {
            name: 'TimeGenerated'
            type: 'datetime'
          }
          {
            name: 'RawData'
            type: 'string'
          }
          {
            name: 'FilePath'
            type: 'string'
          }
          {
            name: 'Computer'
            type: 'string'
          }
        ]
      }
    }
    dataSources: {
      logFiles: [
        {
          name: 'log-01-t-8ed1ff-ama'
          streams: [
            'Custom-Input-T__8ed1ff_AMA'
          ]
          filePatterns: [
            'c:\\журналы\\*.log'
          ]
          format: 'text'
          settings: {
            text: {
              recordStartTimestampFormat: 'ISO 8601'
            }
          }
        }
        {
          name: 'log-02-share-ama'
          streams: [
            'Custom-Input-share_AMA'
          ]
          filePatterns: [
            'c:\\logs\\ok.log'
          ]
          format: 'text'
          settings: {
            text: {
              recordStartTimestampFormat: 'ISO 8601'
            }
          }
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Custom-Input-T__8ed1ff_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-T__8ed1ff_AMA_CL'
      }
      {
        streams: [
          'Custom-Input-share_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-share_AMA_CL'
      }
    ]
    destinations: {
      logAnalytics: [
        {
          name: 'workspace'
          workspaceResourceId: workspaceResourceId
        }
      ]
    }
  }
}
