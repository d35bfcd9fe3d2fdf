import { useEffect, useState } from "react";

/** Unix seconds, renewed every so often; ticks only while `running`. */
export function useNow(everyMs = 1000, running = true): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!running) return;
    setNow(Date.now() / 1000);
    const timer = setInterval(() => setNow(Date.now() / 1000), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return now;
}
