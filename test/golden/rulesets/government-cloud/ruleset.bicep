// Data collection rules for the workspace contoso-logs.
// Converted from its agent settings; the same settings always give the same text.
targetScope = 'resourceGroup'

@description('Region of the rules: the one of the workspace.')
param location string = 'usgovvirginia'

@description('Workspace that the data goes to, as a resource id.')
param workspaceResourceId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.OperationalInsights/workspaces/contoso-logs'

@description('Ingestion endpoint in the region of the rules, as a resource id.')
param dataCollectionEndpointId string = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-logs/providers/Microsoft.Insights/dataCollectionEndpoints/contoso-dce'

resource linuxVminsights01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-vminsights-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '0366fcdc35eb55aa'
  }
  properties: {
    description: 'Linux vminsights, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-InsightsMetrics'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            '\\VmInsights\\DetailedMetrics'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-InsightsMetrics'
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

resource linuxLogs01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-linux-logs-01'
  location: location
  kind: 'Linux'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '68bf82e457750a9e'
  }
  properties: {
    description: 'Linux logs, converted from the agent settings of workspace contoso-logs.'
    streamDeclarations: {
      'Custom-Input-sampleCustomLog1_AMA': {
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
          name: 'log-01-samplecustomlog1-ama'
          streams: [
            'Custom-Input-sampleCustomLog1_AMA'
          ]
          filePatterns: [
            '/var/log/app/*.log'
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
          'Custom-Input-sampleCustomLog1_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-sampleCustomLog1_AMA_CL'
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
    amaMigrationContent: '16f11aee7eea79e2'
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
            'auth'
          ]
          logLevels: [
            'Info'
            'Notice'
            'Warning'
            'Error'
            'Critical'
            'Alert'
            'Emergency'
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

resource windowsVminsights01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-vminsights-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: 'cced3a19ba6724ee'
  }
  properties: {
    description: 'Windows vminsights, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      performanceCounters: [
        {
          name: 'counters-60s'
          streams: [
            'Microsoft-InsightsMetrics'
          ]
          samplingFrequencyInSeconds: 60
          counterSpecifiers: [
            '\\VmInsights\\DetailedMetrics'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-InsightsMetrics'
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
    amaMigrationContent: '6a98b1970ff9e853'
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
            '\\Memory\\Available MBytes'
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
    amaMigrationContent: '3d5758315db1cf7d'
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
            'Application!*[System[(Level=1 or Level=2 or Level=3)]]'
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

resource windowsSecurityEvents01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-security-events-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '613959ccb9fb588e'
  }
  properties: {
    description: 'Windows security-events, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      windowsEventLogs: [
        {
          name: 'events'
          streams: [
            'Microsoft-SecurityEvent'
          ]
          xPathQueries: [
            'Microsoft-Windows-AppLocker/EXE and DLL!*[System[(EventID=8001) or (EventID=8002) or (EventID=8003) or (EventID=8004)]]'
            'Microsoft-Windows-AppLocker/MSI and Script!*[System[(EventID=8005) or (EventID=8006) or (EventID=8007)]]'
            'Security!*[System[(EventID=1102) or (EventID=4624) or (EventID=4625) or (EventID=4657) or (EventID=4663) or (EventID=4688) or (EventID=4700) or (EventID=4702) or (EventID=4719) or (EventID=4720) or (EventID=4722) or (EventID=4723) or (EventID=4724) or (EventID=4727) or (EventID=4728)]]'
            'Security!*[System[(EventID=4732) or (EventID=4735) or (EventID=4737) or (EventID=4739) or (EventID=4740) or (EventID=4754) or (EventID=4755) or (EventID=4756) or (EventID=4767) or (EventID=4799) or (EventID=4825) or (EventID=4946) or (EventID=4948) or (EventID=4956) or (EventID=5024)]]'
            'Security!*[System[(EventID=5033) or (EventID=8222)]]'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-SecurityEvent'
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

resource windowsFirewall01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-firewall-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '50bc2c68fb4124e3'
  }
  properties: {
    description: 'Windows firewall, converted from the agent settings of workspace contoso-logs.'
    dataCollectionEndpointId: dataCollectionEndpointId
    dataSources: {
      windowsFirewallLogs: [
        {
          name: 'firewall'
          streams: [
            'Microsoft-WindowsFirewall'
          ]
          profileFilter: [
            'Domain'
            'Private'
            'Public'
          ]
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-WindowsFirewall'
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

resource windowsIis01 'Microsoft.Insights/dataCollectionRules@2024-03-11' = {
  name: 'contoso-logs-ca97d559-windows-iis-01'
  location: location
  kind: 'Windows'
  tags: {
    createdBy: 'ama-migration'
    amaMigrationWorkspace: 'ca97d559'
    amaMigrationContent: '47265272b30afa57'
  }
  properties: {
    description: 'Windows iis, converted from the agent settings of workspace contoso-logs.'
    dataSources: {
      iisLogs: [
        {
          name: 'iis'
          streams: [
            'Microsoft-W3CIISLog'
          ]
          logDirectories: []
        }
      ]
    }
    dataFlows: [
      {
        streams: [
          'Microsoft-W3CIISLog'
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
    amaMigrationContent: '5cc1b981ca750b77'
  }
  properties: {
    description: 'Windows logs, converted from the agent settings of workspace contoso-logs.'
    streamDeclarations: {
      'Custom-Input-sampleCustomLog1_AMA': {
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
          name: 'log-01-samplecustomlog1-ama'
          streams: [
            'Custom-Input-sampleCustomLog1_AMA'
          ]
          filePatterns: [
            'e:\\iis5\\*.log'
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
          'Custom-Input-sampleCustomLog1_AMA'
        ]
        destinations: [
          'workspace'
        ]
        transformKql: 'source'
        outputStream: 'Custom-sampleCustomLog1_AMA_CL'
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
