# Detaches workspaces from the Microsoft Monitoring Agent and leaves the agent where it is.
# $Workspaces holds their ids, in lower case. It prints one line, its result as JSON; its exit code is 0
# whenever it has a result.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Get-Agent {
    try { New-Object -ComObject 'AgentConfigManager.MgmtSvcCfg' } catch { $null }
}

function Get-Workspaces {
    $agent = Get-Agent
    if ($null -eq $agent) { return }
    @($agent.GetCloudWorkspaces()) | Where-Object { $_ } | ForEach-Object { $_.workspaceId.ToLowerInvariant() }
}

function Write-Result([string]$Result, [string]$Reason) {
    [ordered]@{
        schema = 1
        action = 'detach'
        result = $Result
        reason = $Reason
        before = @($before)
        after = @(Get-Workspaces)
    } | ConvertTo-Json -Compress
    exit 0
}

$before = @()
try {
    $agent = Get-Agent
    if ($null -eq $agent) {
        if (Get-Service -Name 'HealthService' -ErrorAction SilentlyContinue) {
            Write-Result 'failed' 'agentUnreadable'
        }
        Write-Result 'absent' ''
    }
    $before = @(Get-Workspaces)
    $found = @($Workspaces | Where-Object { $before -contains $_ })
    if ($found.Count -eq 0) { Write-Result 'absent' '' }

    foreach ($workspace in $found) { [void]$agent.RemoveCloudWorkspace($workspace) }
    [void]$agent.ReloadConfiguration()

    $left = @(Get-Workspaces)
    if (@($found | Where-Object { $left -contains $_ }).Count -gt 0) { Write-Result 'failed' 'stillAttached' }
    Write-Result 'detached' ''
} catch {
    Write-Result 'failed' $_.Exception.GetType().Name
}
