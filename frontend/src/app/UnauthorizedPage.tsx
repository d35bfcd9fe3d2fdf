import { Button, Code } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { KeyRound } from "lucide-react";
import { EmptyState } from "@/components/EmptyState";

export function UnauthorizedPage() {
  useDocumentTitle("Sign in · rftdeck");
  return (
    <main>
      <EmptyState
        icon={<KeyRound size={22} />}
        heading="h1"
        title="This browser is not signed in"
        action={
          <Button variant="default" onClick={() => window.location.reload()}>
            Try again
          </Button>
        }
      >
        Open the URL with <Code>?token=</Code> that the server prints when it starts. The browser then keeps
        its session for 30 days. To see the URL again, run <Code>rftdeck up</Code> or <Code>make up</Code> in
        the terminal.
      </EmptyState>
    </main>
  );
}
