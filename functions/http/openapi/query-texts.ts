/** What parameters of queries mean, where their schema does not say so itself. */
export const QUERY_TEXTS: Readonly<Record<string, string>> = {
  limit: 'Most items of a page.',
  after: 'Where the page begins: the `next` of the page before.',
  inventory: 'Id of an inventory, or `latest`.',
  from: 'Id of the inventory to compare with, or `latest`.',
  kind: 'Only machines of this kind.',
  os: 'Only machines with this operating system.',
  status: 'Only machines with this state: of their assessment, or of a stage in a wave.',
  reason: 'Only machines that this reason blocks.',
  finding: 'Only machines with this finding.',
  subscription: 'Only machines of this subscription.',
  region: 'Only machines of this region.',
  workspace: 'Only machines that report to this workspace, by its ARM id.',
  table: 'Only changes of this table.',
  pricePerGb: 'What a gigabyte costs, such as 2.3; without it nothing is said of money.',
  verdict: 'Only machines whose data has this verdict.',
};
