"""The SFTP server: what a login may submit, besides what it sees and fetches."""

from typing import NoReturn

from asyncssh import (
    SFTPAttrs,
    SFTPFailure,
    SFTPPermissionDenied,
)

from sandbox import pubfiles
from sandbox.catalogue import FILE_IDS, MEGABYTE, size_limit
from sandbox.downloads import Download
from sandbox.journal import Reception
from sandbox.reading import Reading
from sandbox.refusals import (
    WRITING,
    normal,
    require_fresh,
)
from sandbox.upload import Upload

NAME_AT_MOST = 128  # characters, extension included (Guide A §4.4)


class EcpSftpServer(Reading):
    """One session. Tests subclass it and override open, write or close for a fault."""

    # Submitting

    async def open(self, path: bytes, pflags: int, attrs: SFTPAttrs) -> object:
        """A Download, or an Upload."""
        place = normal(path)
        if pflags & WRITING:
            return self._begin_upload(place, pflags)
        return self.begin_download(place)

    def fstat(self, file_obj: object) -> SFTPAttrs:
        """The size so far of an open file."""
        if isinstance(file_obj, Upload):
            return SFTPAttrs(size=file_obj.extent)
        return super().fstat(file_obj)

    def _begin_upload(self, path: str, pflags: int) -> Upload:
        folder, _, name = path.rpartition("/")
        if len(name) > NAME_AT_MOST:
            raise SFTPFailure(f"A file name has at most {NAME_AT_MOST} characters")
        is_key = folder == self._boxes.key_folder
        if not is_key and folder not in self._boxes.submission_folders:
            raise SFTPPermissionDenied("Permission denied: nothing is taken here")
        require_fresh(pflags)
        if self._boxes.find(path) is not None:
            raise SFTPPermissionDenied("The file is there and may not be changed")
        if self.faults.take("refuse_open", *self._scope):
            raise SFTPPermissionDenied("Permission denied, on request")
        if is_key:
            self.exchange.keydesk.admit(self.account, self._scope[1], name)
            return Upload(path, self.exchange.incoming, pubfiles.SIZE_AT_MOST + 1)
        return Upload(path, self.exchange.incoming, self._bytes_taken(name))

    def _bytes_taken(self, name: str) -> int:
        """A megabyte over the limit, so that a .rej can say what is wrong."""
        file_id = name.partition("_")[0]
        known = file_id if file_id in FILE_IDS else "HBCNMAPP"
        return size_limit(known, self.exchange.settings.environment) + MEGABYTE

    async def write(self, file_obj: object, offset: int, piece: bytes) -> int:
        """The next bytes of an upload, in order."""
        if not isinstance(file_obj, Upload):
            raise SFTPPermissionDenied("The file is open for reading")
        upload = file_obj
        if offset + len(piece) > upload.limit:
            await self._overflow(upload, piece)
        if offset != upload.extent:
            raise SFTPPermissionDenied("Bytes out of order: ECP knows no resume")
        upload.extent += len(piece)
        upload.writes += 1
        self._fail_write(upload)
        await upload.write(piece)
        await self._hold_up(upload, len(piece))
        return len(piece)

    async def _overflow(self, upload: Upload, piece: bytes) -> NoReturn:
        """Keep a size over the limit, so that the file is rejected for it."""
        room = max(upload.limit - upload.extent, 0)
        upload.extent += room
        await upload.write(piece[:room])
        raise SFTPFailure("The file is too large")

    def _fail_write(self, upload: Upload) -> None:
        fault = self.faults.peek("fail_write", *self._scope)
        if fault and fault.value == upload.writes:
            self.faults.take("fail_write", *self._scope)
            upload.spoilt = True
            upload.spoilt_counts = bool(fault.params.get("counts"))
            raise SFTPFailure("This WRITE failed, on request")

    async def _hold_up(self, upload: Upload, size: int) -> None:
        if slow := self.faults.peek("slow", *self._scope):
            await self._wait(size / max(slow.value, 1))
        stall = self.faults.peek("stall_after_bytes", *self._scope)
        if stall and upload.extent >= stall.value:
            self.faults.take("stall_after_bytes", *self._scope)
            await self._wait(None)
        cut = self.faults.peek("cut_after_bytes", *self._scope)
        if cut and upload.extent >= cut.value:
            self.faults.take("cut_after_bytes", *self._scope)
            await self._cut()

    # Closing

    async def close(self, file_obj: object) -> None:
        """The end of an upload: recorded on disk before it is answered."""
        if isinstance(file_obj, Download):
            self.end_download(file_obj)
        if not isinstance(file_obj, Upload):
            return
        if self.hung_up:
            await self._lose(file_obj)
        elif file_obj.spoilt and not file_obj.spoilt_counts:
            await file_obj.abandon()
        elif fault := self.faults.take("fail_close", *self._scope):
            await self._fail_close(file_obj, counts=bool(fault.params.get("counts")))
        else:
            await self.receive(file_obj)
            if self.faults.take("cut_after_close", *self._scope):
                await self._cut()

    async def _fail_close(self, upload: Upload, *, counts: bool) -> None:
        await (self.receive(upload) if counts else upload.abandon())
        raise SFTPFailure("CLOSE failed, on request")

    async def _lose(self, upload: Upload) -> None:
        """What HKEX does with half a file is unknown: dropped, unless switched."""
        if self.faults.take("partial_counts", *self._scope):
            await self.receive(upload, cut_short=True)
        else:
            await upload.abandon()

    async def receive(self, upload: Upload, *, cut_short: bool = False) -> None:
        """Record the reception durably and set its result going."""
        sha256 = await upload.finish()
        if upload.path.rpartition("/")[0] == self._boxes.key_folder:
            self._receive_key(upload)
            return
        self.exchange.clerk.receive(
            Reception(
                login=self.account.login,
                host=self.gate.host.name,
                path=upload.path,
                file_name=upload.name,
                size=upload.size,
                sha256=sha256,
                received_at=self.exchange.clock.now().isoformat(),
                spool=upload.spool.name,
                cut_short=cut_short,
            ),
            self.faults,
        )

    def _receive_key(self, upload: Upload) -> None:
        """A public key file, answered in the key folder (Guides A §4.6, B §6, C §6)."""
        content = upload.spool.read_bytes()
        upload.spool.unlink()
        self.exchange.keydesk.receive(
            self.account, self._scope[1], upload.name, content
        )
