import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { Link, Outlet } from "@tanstack/react-router";
import { Moon, Plus, Sun } from "lucide-react";
import { ButtonLink } from "@/components/links";
import { LiveConnection } from "./LiveConnection";
import classes from "./Shell.module.css";

export function Shell() {
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        Skip to content
      </a>
      <header className={classes.header}>
        <Link to="/" className={classes.brand} aria-label="rftdeck, all runs">
          <Logo />
          <span>rftdeck</span>
        </Link>
        <nav aria-label="Main" className={classes.nav}>
          <Link to="/" className={classes.link} activeOptions={{ exact: true, includeSearch: false }}>
            Runs
          </Link>
          <Link to="/datasets" className={classes.link} activeOptions={{ includeSearch: false }}>
            Data sets
          </Link>
          <Link to="/playground" className={classes.link} activeOptions={{ includeSearch: false }}>
            Playground
          </Link>
          <Link to="/workers" className={classes.link}>
            Workers
          </Link>
        </nav>
        <div className={classes.tools}>
          <LiveConnection />
          <ThemeToggle />
          <ButtonLink to="/launch" leftSection={<Plus size={14} />} data-testid="new-run">
            New run
          </ButtonLink>
        </div>
      </header>
      <main id="content" className={classes.content}>
        <Outlet />
      </main>
    </div>
  );
}

function Logo() {
  return (
    <svg width="22" height="22" viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--mantine-color-iris-filled)" />
      <path
        d="M7 23l5-6 4 3 9-12"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

function ThemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme("light");
  const other = shown === "dark" ? "light" : "dark";
  return (
    <Tooltip label={`Switch to ${other}`}>
      <ActionIcon aria-label={`Switch to ${other} theme`} onClick={() => setColorScheme(other)}>
        {shown === "dark" ? <Sun size={16} /> : <Moon size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}
