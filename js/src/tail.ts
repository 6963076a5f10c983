import { attempt } from './env.js';
import { SEQ_LEAP } from './limits.js';
import { nameOf, type Session } from './session.js';

const PREFIX = 'linkbridge:';

/** Stores a session for the next page of this tab. */
export const keepTail = (session: Session): void => {
  attempt(() => sessionStorage.setItem(PREFIX + session.session_, JSON.stringify(session)));
};

export const dropTail = (session: Session): void => {
  attempt(() => sessionStorage.removeItem(PREFIX + session.session_));
};

/** Takes the first stored session that fits out of the storage. */
export const takeTail = (fits: (session: Session) => boolean): Session | undefined =>
  attempt(() => {
    for (const name in sessionStorage) {
      const session: Session | undefined =
        name.startsWith(PREFIX) && attempt(() => JSON.parse(sessionStorage.getItem(name)!));
      if (session && fits(session)) {
        dropTail(session);
        return session;
      }
    }
    return undefined;
  });

/** Goes on where another page of this tab stopped, if one stored the same session. */
export const adopt = (session: Session): boolean => {
  const instance_ = session.instance_;
  const tail = takeTail((tail) => nameOf(tail) === nameOf(session));
  if (!tail || tail.instance_ === instance_) return false;
  Object.assign(session, tail, { instance_ });
  // A copy of this tab may go on from the same number; an ack must mean the events of one page.
  session.seq_ += (Math.random() * SEQ_LEAP) | 0;
  return true;
};
