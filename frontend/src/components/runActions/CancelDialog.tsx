import { Button, Group, Modal, Text } from "@mantine/core";

interface Props {
  runName: string;
  opened: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

export function CancelDialog({ runName, opened, onClose, onConfirm }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Cancel this run?" size="sm">
      <Text size="sm">
        “{runName}” ends at once, in the middle of its step and without a checkpoint. Steps since the last
        checkpoint cannot be resumed. To keep them, choose Stop.
      </Text>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep running
        </Button>
        <Button
          color="red"
          data-testid="confirm-cancel"
          onClick={() => {
            onConfirm();
            onClose();
          }}
        >
          Cancel run
        </Button>
      </Group>
    </Modal>
  );
}
