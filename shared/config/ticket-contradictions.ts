type Environment = Readonly<Record<string, string | undefined>>;

/** What is missing or does not fit among the settings of the ticket desk; a sentence each. */
export function ticketContradictions(environment: Environment): string[] {
  const given = (name: string) => environment[name]?.trim() ?? '';
  const desk = given('AMA_TICKET_DESK') || 'none';
  if (desk === 'none') return [];
  const faults: string[] = [];
  const url = given('AMA_TICKET_URL');
  if (url === '') faults.push(`AMA_TICKET_URL: is missing; AMA_TICKET_DESK is ${desk}`);
  const host = URL.parse(url)?.hostname;
  const hosts = given('AMA_TICKET_HOSTS')
    .split(',')
    .map((one) => one.trim().toLowerCase());
  if (host !== undefined && !hosts.includes(host))
    faults.push(`AMA_TICKET_HOSTS: must name ${host}, the host of AMA_TICKET_URL`);
  if ((desk === 'jira' || desk === 'azureDevOps') && ['', '-'].includes(given('AMA_TICKET_PROJECT')))
    faults.push(`AMA_TICKET_PROJECT: is missing; AMA_TICKET_DESK is ${desk}`);
  const signIn = given('AMA_TICKET_SIGN_IN') || 'basic';
  if (signIn === 'entra' && desk !== 'azureDevOps')
    faults.push(
      'AMA_TICKET_SIGN_IN: "entra" is for Azure DevOps alone; no other desk may see a token of the app',
    );
  if (signIn === 'oauth' && desk !== 'serviceNow')
    faults.push('AMA_TICKET_SIGN_IN: "oauth" is for ServiceNow alone');
  if (signIn !== 'entra' && given('AMA_TICKET_SECRET') === '')
    faults.push(`AMA_TICKET_SECRET: is missing; AMA_TICKET_DESK is ${desk}`);
  const needsUser = desk === 'serviceNow' || desk === 'jira';
  if (needsUser && given('AMA_TICKET_USER') === '')
    faults.push(`AMA_TICKET_USER: is missing; AMA_TICKET_DESK is ${desk}`);
  if (desk === 'webhook' && given('AMA_TICKET_CALLBACK_SECRET') === '')
    faults.push('AMA_TICKET_CALLBACK_SECRET: is missing; a webhook desk answers by callbacks alone');
  return faults;
}
