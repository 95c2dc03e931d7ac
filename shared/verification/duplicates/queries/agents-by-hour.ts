/**
 * Start of both queries of double ingestion. `heard`: by which agents each machine was heard, hour by hour, in the
 * day asked for and in the same day a week before. `doubled`: the machines that both agents were heard of within
 * one hour of that day. Its `Standing` is `ended` where one agent was heard at least two hours longer than the
 * other, `kept` behind Operations Manager, where the app leaves the legacy agent, and else `removable`. `Category`
 * is the only column that tells agents apart. Facts file 3.9.
 */
export const AGENTS_BY_HOUR = `
    let heard = materialize(
        Heartbeat
        | where TimeGenerated between (oldest .. until)
        | where TimeGenerated < oldest + 1d or TimeGenerated >= since
        | where isnotempty(_ResourceId)
        | summarize byAma = countif(Category =~ 'Azure Monitor Agent') > 0,
            byLegacy = countif(Category =~ 'Direct Agent' or Category startswith 'SCOM') > 0,
            byScom = countif(Category startswith 'SCOM') > 0
            by ResourceId = tolower(_ResourceId), Hour = bin(TimeGenerated, 1h));
    let doubled = materialize(
        heard
        | where Hour >= since
        | summarize hours = countif(byAma and byLegacy), scom = countif(byScom) > 0,
            lastAma = maxif(Hour, byAma), lastLegacy = maxif(Hour, byLegacy)
            by ResourceId
        | where hours > 0
        | extend Standing = case(
            lastAma - lastLegacy >= 2h or lastLegacy - lastAma >= 2h, 'ended',
            scom, 'kept',
            'removable'));`;
