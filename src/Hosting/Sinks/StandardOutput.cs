using System.Runtime.InteropServices;
using RealtimeAkka.Actors.Sinks;

namespace RealtimeAkka.Hosting.Sinks;

/// <summary>
/// The process's standard output, past <see cref="Console"/>: the console says nothing when the reader of a pipe has gone, and while
/// a write waits for a slow reader it also blocks everything that is written to stderr.
/// </summary>
/// <param name="errors">Gets one line when the reader has gone.</param>
/// <param name="consequence">The end of that line: what follows from it.</param>
internal sealed class StandardOutput(TextWriter errors, string consequence) : Stream
{
    private const int Descriptor = 1;

    // errno values that Linux, macOS and the BSDs share, except for the last (11 and 35).
    private const int Interrupted = 4, BadDescriptor = 9, BrokenPipe = 32, AgainOnLinux = 11, AgainElsewhere = 35;

    /// <summary>The reader has gone.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>A stream to standard output whose writes fail if the reader has gone. On Windows: the console's.</summary>
    public static Stream Open(TextWriter errors, string consequence) =>
        OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput(errors, consequence);

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = write(Descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0) buffer = buffer[(int)written..];
            else Failed(Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes on another thread: the caller, an actor, does not wait for a slow reader.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Task.Run(() => Write(buffer.Span), cancellationToken));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Failed(int errno)
    {
        switch (errno)
        {
            case Interrupted:
                break;
            case AgainOnLinux or AgainElsewhere:
                Thread.Sleep(10); // another program has made the pipe non-blocking
                break;
            case BrokenPipe or BadDescriptor:
                if (!IsClosed) errors.WriteLine($"warning: stdout is closed by its reader; {consequence}");
                IsClosed = true;
                throw new SinkClosedException("stdout is closed by its reader");
            default:
                throw new IOException(Marshal.GetPInvokeErrorMessage(errno));
        }
    }

    // FileStream would write a redirected file at a position of its own, over what stderr writes into the same file.
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(int descriptor, in byte buffer, nint count);
}
