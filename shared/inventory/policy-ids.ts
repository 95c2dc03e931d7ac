export { classifyRule, type RulePurpose } from './policy-rules.ts';

/**
 * Built-in policy definitions and initiatives around both agents, by what they do, with the machines they are
 * for. Source: facts file 3.8 and Azure/azure-policy @f4a50bac of 2026-04-29; the legacy initiatives and the
 * audits of Defender and of listed images are no longer in that commit, their ids are from Microsoft's
 * documentation and public assignments.
 */
export const POLICY_IDS = {
  /** Deploy an extension of the legacy agent; all are deprecated. */
  legacyInstaller: {
    '0868462e-646c-4fe3-9ced-a733534b6a2c': 'Windows VMs',
    '053d3325-282c-4e5c-b944-24faffd30d77': 'Linux VMs',
    '3c1b3629-c8f8-4bf6-862c-037cb9094038': 'Windows scale sets',
    '5ee9e9ed-0b42-41b7-8c9c-3cfb2fbe2069': 'Linux scale sets',
    '69af7d4a-7b18-4044-93a9-2651498ef203': 'Windows Arc servers',
    '9d2b61b4-1d14-4a63-be30-d4498e7ad2cf': 'Linux Arc servers',
    '3d8640fc-63f6-4734-8dcb-cfd3d8c78f38': 'Ubuntu VMs',
    '594c1276-f44f-482d-9910-71fac2ce5ae0': 'Windows Arc servers, default workspace of Defender',
    'bacd7fca-1938-443d-aad6-a786107b1bfb': 'Linux Arc servers, default workspace of Defender',
    '55f3eceb-5573-4f18-9695-226972c6d74a': 'initiative: Enable Azure Monitor for VMs (legacy)',
    '75714362-cae7-409e-9b99-a8e5075b7fad': 'initiative: Enable Azure Monitor for scale sets (legacy)',
  },
  /** Turn on automatic provisioning of the legacy agent by Defender for Cloud; not deprecated. */
  defenderProvisioning: {
    '8e7da0a5-0a0e-4bbc-bfc0-7773c018b616': 'custom workspace',
    '6df2fee6-a9ed-4fef-bced-e13be1b25f1c': 'default workspace',
  },
  /** Report machines (or subscriptions) that do not have the legacy agent. */
  legacyAudit: {
    'a70ca396-0a34-413a-88e1-b956c1e683be': 'VMs',
    'efbde977-ba53-4479-b8e9-10b957924fbf': 'scale sets',
    'd69b1763-b96d-40b8-a2d9-ca31e9fd0d3e': 'Windows Arc servers',
    '842c54e8-c2f9-4d79-ae8d-38d8b8019373': 'Linux Arc servers',
    '475aae12-b88a-4572-8b36-9b712b2b3a17': 'automatic provisioning should be enabled',
    'a4fe33eb-e377-4efb-ab31-0784311bc499': 'VMs, for Defender',
    'a3a6ea0c-e018-4933-9ef0-5aaa1501449b': 'scale sets, for Defender',
    '15fdbc87-8a47-4ee9-a2aa-9a2ea1f37554': 'Cloud Services, for Defender',
    'd62cfe2b-3ab0-4d41-980d-76803b58ca65': 'health of the agent, for Defender',
    '32133ab0-ee4b-4b44-98d6-042180979d50': 'VMs of listed images',
    '5c3bc7b8-a64c-4e08-a9cd-7ff0f31e1138': 'scale sets of listed images',
    'f47b5582-33ec-4c5c-87c0-b010a6b2e917': 'VMs connected to a given workspace',
  },
  /** Refuse the legacy agent, but by default they only audit. */
  legacyBlocker: {
    'd2185817-5b7e-473c-aadd-9de6ac114280': 'Windows VMs',
    'd4b065e2-fbda-4461-a42c-b0346aeb12a0': 'Linux VMs',
    'ba6881f9-ab93-498b-8bad-bb91b1d755bf': 'Windows scale sets',
    '383c45fa-8b64-4d1c-aa9f-e69d2d879aa4': 'Linux scale sets',
    'df441472-4dae-4e4e-87b9-9205ba46be16': 'Windows Arc servers',
    'bd58d393-162c-4134-bcd6-a6a5484a37a1': 'Linux Arc servers',
  },
  /** Install Azure Monitor Agent, without proxy settings. */
  amaInstaller: {
    'ca817e41-e85a-4783-bc7f-dc532d36235e': 'Windows VMs, system identity',
    '637125fd-7c39-4b94-bb0a-d331faf333a9': 'Windows VMs, user identity',
    'a4034bc6-ae50-406d-bf76-50f4ee5a7811': 'Linux VMs, system identity',
    'ae8a10e6-19d6-44a3-a02d-a2bdfc707742': 'Linux VMs, user identity',
    '4efbd9d8-6bc6-45f6-9be2-7fe9dd5d89ff': 'Windows scale sets, system identity',
    '98569e20-8f32-4f31-bf34-0e91590ae9d3': 'Windows scale sets, user identity',
    '56a3e4f8-649b-4fac-887e-5564d11e8d3a': 'Linux scale sets, system identity',
    '59c3d93f-900b-4827-a8bd-562e7b956e7c': 'Linux scale sets, user identity',
    '94f686d6-9a24-4e19-91f1-de937dc171a4': 'Windows Arc servers',
    '845857af-0333-4c5d-bbbc-6076697da122': 'Linux Arc servers',
    'ad1eeff9-20d7-4c82-a04e-903acab0bfc1': 'change tracking, Windows VMs',
    '56d0ed2b-60fc-44bf-af81-a78c851b5fe1': 'change tracking, Linux VMs',
    '4485d24b-a9d3-4206-b691-1fad83bc5007': 'change tracking, Windows scale sets',
    'b73e81f3-6303-48ad-9822-b69fc00c15ef': 'change tracking, Linux scale sets',
    'a7acfae7-9497-4a3f-a3b5-a16a50abbe2f': 'change tracking, Windows Arc servers',
    '09a1f130-7697-42bc-8d84-8a9ea17e5187': 'change tracking, Linux Arc servers',
    'f91991d1-5383-4c95-8ee5-5ac423dd8bb1': 'Defender for SQL, VMs',
    '3592ff98-9787-443a-af59-4505d0fe0786': 'Defender for SQL, Arc servers',
    'f36de009-cacb-47b3-b936-9c4c9120d064': 'SQL best practices assessment, Arc servers',
  },
  /** Initiatives that install Azure Monitor Agent and associate rules. */
  amaInitiative: {
    '924bfe3a-762f-40e7-86dd-5c8b95eb09e6': 'VMs',
    'f5bf694c-cca7-4033-b883-3a23327d5485': 'scale sets',
    '2b00397d-c309-49c4-aa5a-f0b2c5bc6321': 'Arc servers',
    '362ab02d-c362-417e-a525-45805d58e21d': 'Defender pipeline, default workspace; deprecated',
    '500ab3a2-f1bd-4a5a-8e47-3e09d9a294c3': 'Defender pipeline, own workspace; deprecated',
  },
  /** Report machines without Azure Monitor Agent. */
  amaAudit: {
    'c02729e5-e5e7-4458-97fa-2b5ad0661f28': 'Windows VMs',
    '1afdc4b6-581a-45fb-b630-f1e6051e3e7a': 'Linux VMs',
    '3672e6f7-a74d-4763-b138-fcf332042f8f': 'Windows scale sets',
    '32ade945-311e-4249-b8a4-a549924234d7': 'Linux scale sets',
    'ec621e21-8b48-403d-a549-fc9023d4747f': 'Windows Arc servers',
    'f17d891d-ff20-46f2-bad3-9e0a5403a4d3': 'Linux Arc servers',
  },
  /** Associate rules or endpoints with machines; some create the rule as well. */
  association: {
    '244efd75-0d92-453c-b9a3-7d73ca36ed52': 'Windows VMs',
    '58e891b9-ce13-4ac3-86e4-ac3e1f20cb07': 'Linux VMs',
    '0a3b9bf4-d30e-424a-af6b-9a93f6f78792': 'Windows scale sets',
    '050a90d5-7cce-483f-8f6c-0df462036dda': 'Linux scale sets',
    'c24c537f-2516-4c2f-aac5-2cd26baa3d26': 'Windows Arc servers',
    'd5c37ce1-5f52-4523-b949-f19bf945b73a': 'Linux Arc servers',
    'eab1f514-22e3-42e3-9a1f-e1dc9199355c': 'all of Windows',
    '2ea82cdd-f2e8-4500-af75-67a2e084ca74': 'all of Linux',
    'a0f27bdc-5b15-4810-b81d-7c4df9df1a37': 'VM insights, VMs',
    'c7f3bf36-b807-4f18-82dc-f480ad713635': 'VM insights, scale sets',
    '7c4214e9-ea57-487a-b38e-310ec09bc21d': 'VM insights, Arc servers',
    'b6faa975-0add-4f35-8d1c-70bba45c4424': 'change tracking, Windows VMs',
    'bef2d677-e829-492d-9a3d-f5a20fda818f': 'change tracking, Linux VMs',
    '8fd85785-1547-4a4a-bf90-d5483c9571c5': 'change tracking, Windows scale sets',
    '1142b015-2bd7-41e0-8645-a531afe09a1e': 'change tracking, Linux scale sets',
    'ef9fe2ce-a588-4edd-829c-6247069dcfdb': 'change tracking, Windows Arc servers',
    '09a1f130-7697-42bc-8d84-8a9ea17e5192': 'change tracking, Linux Arc servers',
    '8b5ad9ab-3d44-4a6e-9ac3-75b04ea5fd28': 'Defender, default workspace, VMs',
    '3b1a8e0a-b2e1-48be-9365-28be2fbef550': 'Defender, default workspace, Arc servers',
    'a2ea54a3-9707-45e3-8230-bbda8309d17e': 'Defender, default rule, VMs',
    '30f52897-df47-4ca0-81a8-a3be3e8dd226': 'Defender, default rule, Arc servers',
    'c15c5978-ab6e-4599-a1c3-90a7918f5371': 'Defender, own workspace, VMs',
    'aba46665-c3a7-4319-ace1-a0282deebac2': 'Defender, own workspace, Arc servers',
    '9c0aa188-e5fe-4569-8f74-b6e155624d9a': 'Defender, own rule, VMs',
    'c9ae938d-3d6f-4466-b7c3-351761d9c890': 'Defender, own rule, Arc servers',
    'c859b78a-a128-4376-a838-e97ce6625d16': 'Defender for SQL, default workspace, VMs',
    'da0fd392-9669-4ad4-b32c-ca46aaa6c21f': 'Defender for SQL, default workspace, Arc servers',
    '04754ef9-9ae3-4477-bf17-86ef50026304': 'Defender for SQL, own workspace, VMs',
    '63d03cbd-47fd-4ee1-8a1c-9ddf07303de0': 'Defender for SQL, own workspace, Arc servers',
    'cbdd12e1-193a-445c-9926-560118c6daaa': 'Defender for SQL, default rule, Arc servers',
    '2227e1f1-23dd-4c3a-85a9-7024a401d8b2': 'Defender for SQL, own rule, Arc servers',
    'ddca0ddc-4e9d-4bbb-92a1-f7c4dd7ef7ce': 'Defender for SQL, VMs',
    '2ada9901-073c-444a-9a9a-91865174f0aa': 'Defender for SQL (preview), VMs',
  },
} as const satisfies Record<string, Record<string, string>>;

export type PolicyPurpose = keyof typeof POLICY_IDS;

const PURPOSES = new Map<string, PolicyPurpose>(
  (Object.keys(POLICY_IDS) as PolicyPurpose[]).flatMap((purpose) =>
    Object.keys(POLICY_IDS[purpose]).map((id) => [id, purpose] as const),
  ),
);

/** What a built-in definition or initiative does about the agents; undefined when nothing, or when it is a custom one. */
export function classifyPolicy(definitionId: string): PolicyPurpose | undefined {
  return PURPOSES.get(definitionId.toLowerCase().split('/').at(-1) ?? '');
}
