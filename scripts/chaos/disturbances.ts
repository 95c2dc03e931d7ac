import type { Disturb } from '../../rehearsal/host/index.ts';
import type { Dice } from './dice.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { Tally } from './tally.ts';

/** What the task hub does to the app: it delivers at least once, and sometimes an event not at all. */
export function disturbances({ activities, events }: FaultPlan, dice: Dice, tally: Tally): Disturb {
  return {
    activity({ name, instance, input }) {
      const roll = dice.roll('activity', name, instance, input);
      const { answerLost, throwsAfter, twice } = activities;
      if (roll < answerLost) {
        tally.add('activity: answer lost, run again');
        return 'answerLost';
      }
      if (roll < answerLost + throwsAfter) {
        tally.add('activity: crash after the effect');
        return 'throwsAfter';
      }
      if (roll < answerLost + throwsAfter + twice) {
        tally.add('activity: run twice at once');
        return 'twice';
      }
      return 'runs';
    },
    event({ name, instance }) {
      const roll = dice.roll('event', name, instance);
      if (roll < events.lost) {
        tally.add('event: lost');
        return 0;
      }
      if (roll >= events.lost + events.repeated) return 1;
      tally.add('event: repeated');
      return 2 + Math.floor(dice.roll('repeats') * 2);
    },
  };
}
