import { z } from 'zod';
import { InventoryView, PlanView } from '../../rehearsal/drive/api.ts';
import { live } from './killable-life.ts';
import { TicketedWave } from './tickets.ts';

/** A wave with a ticket that can be killed; says in the end how both stand. Every life asks for the same again. */
await live(async (api, participant) => {
  const Started = z.object({ id: z.string() });
  const { body: inventory } = await api.post('/inventories', Started, {}, 'killed-inventory');
  while ((await api.get(`/inventories/${inventory.id}`, InventoryView)).body.status === 'running') {
    await participant.sleep(1000);
  }
  const request = {
    inventoryId: inventory.id,
    cohorts: { pilotSize: 0, firstSize: 500 },
    policy: {
      approvals: { start: true, removal: true, fromTicket: ['start', 'removal'] },
      ticket: { desk: process.env['AMA_TICKET_DESK'], approves: ['start', 'removal'] },
    },
  };
  const { body: plan } = await api.post('/plans', PlanView, request, 'killed-plan');
  const asked = { planId: plan.id, wave: 0, by: 'olive@contoso.example' };
  const { body: started } = await api.post('/waves', Started, asked, 'killed-wave');
  for (;;) {
    const { body: wave } = await api.get(`/waves/${started.id}`, TicketedWave);
    const { ticket } = wave;
    if (wave.finishedAt !== null && ticket?.state === 'closed')
      return { phase: wave.phase, code: ticket.code, number: ticket.number };
    await participant.sleep(300_000);
  }
});
