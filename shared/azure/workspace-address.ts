/** The parts of a workspace's resource id that calls need. */
export function workspaceAddress(resourceId: string) {
  const [, , subscriptionId = '', , resourceGroup = '', , , , name = ''] = resourceId.split('/');
  return { subscriptionId, resourceGroup, name };
}
