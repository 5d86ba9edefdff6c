"""Why a backup is not made, not believed or not restored; in words for people."""

from kiosk.domain.errors import RuleBroken, sentence


class NotABackup(RuleBroken):
    """The file is something else."""

    code = "backup_unknown"
    text = sentence(
        "%(file)s is not a backup of Window Kiosk. Nothing was changed. Please choose "
        "a file that the page of backups or the command backup has made."
    )


class BackupDamaged(RuleBroken):
    """The file began as a backup and is not whole any more."""

    code = "backup_damaged"
    text = sentence(
        "%(file)s is damaged, in the part %(part)s. Nothing was changed. Please take "
        "another copy of this backup, or an older one."
    )


class BackupUnpacksTooLarge(RuleBroken):
    """The file unpacks to far more than a backup of its size can."""

    code = "backup_unpacks_too_large"
    text = sentence(
        "%(file)s unpacks to far more than a backup can be and was not opened further. "
        "Nothing was changed."
    )


class BackupOlder(RuleBroken):
    """The tables in the file are those of an earlier version."""

    code = "backup_older"
    text = sentence(
        "%(file)s was made by an older version of Window Kiosk (%(product)s, tables "
        "%(theirs)s; here they are %(ours)s). Nothing was changed. Please restore it "
        "with that version, then upgrade that installation."
    )


class BackupNewer(RuleBroken):
    """The tables in the file are those of a later version."""

    code = "backup_newer"
    text = sentence(
        "%(file)s was made by a newer version of Window Kiosk (%(product)s, tables "
        "%(theirs)s; here they are %(ours)s). Nothing was changed. Please install "
        "that version here first, then restore."
    )


class ChainBroken(RuleBroken):
    """The entries of a ledger do not lead to its last hash."""

    code = "backup_chain_broken"
    text = sentence(
        "The ledger %(origin)s in %(file)s is broken from entry %(number)d on: it was "
        "changed outside the product. Please show this to whoever keeps the "
        "checkpoints; the command ledger verify tells more."
    )


class BackupExists(RuleBroken):
    """A file has the name already."""

    code = "backup_exists"
    text = sentence(
        "%(file)s exists already and was left as it is. Please choose another name, or "
        "add --force to replace it."
    )


class BackupNameWrong(RuleBroken):
    """Where the backup should go is a folder, or lies in none."""

    code = "backup_name_wrong"
    text = sentence(
        "There is no folder for %(file)s, or a folder has this name. Please name a "
        "file in a folder that exists."
    )


class BackupForbidden(RuleBroken):
    """The folder may not be written to."""

    code = "backup_forbidden"
    text = sentence(
        "%(file)s may not be written there: the right to write into this folder is "
        "missing. No half file was left."
    )


class BackupDiskFull(RuleBroken):
    """There is no room for the whole file."""

    code = "backup_disk_full"
    text = sentence(
        "There is not enough room for %(file)s. No half file was left. Please delete "
        "old backups there or choose another disk."
    )


class BackupUnwritable(RuleBroken):
    """The disk refuses for a reason of its own."""

    code = "backup_unwritable"
    text = sentence(
        "%(file)s could not be written: the disk reports an error. No half file was "
        "left. Please try another disk."
    )


class BackupFailed(RuleBroken):
    """Something of ours went wrong, and the log says what."""

    code = "backup_failed"
    text = sentence(
        "The backup was not made; something went wrong on our side and has been "
        "written down. Please try again."
    )


class BackupUnreadable(RuleBroken):
    """The file is not there, or may not be read."""

    code = "backup_unreadable"
    text = sentence(
        "%(file)s cannot be read: it does not exist, or the right to read it is "
        "missing. Nothing was changed."
    )


class BackupTooLarge(RuleBroken):
    """An uploaded file exceeds the setting."""

    code = "backup_too_large"
    text = sentence(
        "The file is larger than the %(most)d MB that this page takes. Please use "
        "the command restore, or raise the setting backup_upload_mb."
    )


class NoBackupChosen(RuleBroken):
    """The form came without a file."""

    code = "backup_missing"
    text = sentence("Please choose a file.")


class InstallationInUse(RuleBroken):
    """Restoring would destroy what is here."""

    code = "installation_in_use"
    text = sentence(
        "This installation is set up already or holds ratings, and restoring would "
        "replace them. Nothing was changed. Please restore into a new, empty "
        "installation; on its computer, the command restore --replace replaces this "
        "one."
    )


class RestoreUnwritable(RuleBroken):
    """The database did not take what the file holds."""

    code = "restore_unwritable"
    text = sentence(
        "The database did not take the part %(part)s of %(file)s. Nothing was changed."
    )
