import { useDocumentTitle } from "@mantine/hooks";
import { Compass } from "lucide-react";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";

export function NotFoundPage() {
  useDocumentTitle("Not found · rftdeck");
  return (
    <EmptyState
      icon={<Compass size={22} />}
      heading="h1"
      title="There is no page at this address"
      action={
        <ButtonLink to="/" variant="default">
          All runs
        </ButtonLink>
      }
    >
      The link may be mistyped, or made by another version of rftdeck.
    </EmptyState>
  );
}
