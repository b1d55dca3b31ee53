using System.Diagnostics;
using System.Text;
using RealtimeAkka.Actors.Actions;
using RealtimeAkka.Hosting.Net;
using Serilog;

namespace RealtimeAkka.Hosting.Actions;

/// <summary>
/// Starts a program without a shell, with the JSON on its stdin and the id in <c>REALTIME_AKKA_ID</c>. The result is the first
/// 64 KiB of its stdout. Its exit code decides, even if a process that it has started still holds its stdout: other than 0 is a failure.
/// </summary>
/// <param name="program">Its path, or its name on the PATH.</param>
/// <param name="arguments">What it is started with.</param>
/// <param name="variables">The environment variables that it gets besides the usual ones.</param>
public sealed class ExecAction(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> variables) : IAction
{
    // What programs commonly need to run; keys and tokens are not among it.
    private static readonly string[] Usual =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP", "DOTNET_ROOT",
        "SystemRoot", "windir", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "ProgramData", "ProgramFiles",
    ];

    // After the exit the rest of the output is in the pipe already; only a process that inherited the pipe keeps it open.
    private static readonly TimeSpan OutputAfterExit = TimeSpan.FromMilliseconds(500);

    private const int MaxOutput = 64 * 1024;
    private const int MaxLogged = 2000;

    /// <inheritdoc/>
    public async Task<string> RunAsync(string id, string json, CancellationToken cancellation)
    {
        using var process = Start(id);
        // Kills at once on cancellation: this process may be about to exit.
        await using var killing = cancellation.Register(() => ChildProcess.Kill(process));
        try
        {
            var (output, errors) = (new Output(process.StandardOutput.BaseStream), new Output(process.StandardError.BaseStream));
            var feeding = FeedAsync(process, json, cancellation);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            await Task.WhenAny(Task.WhenAll(output.Ended, errors.Ended, feeding), Task.Delay(OutputAfterExit, cancellation))
                .ConfigureAwait(false);
            var (said, complained) = (output.Text, errors.Text);
            Log.Debug("Program {Program} ended with {ExitCode}: {Output} {Errors}", program, process.ExitCode, Shown(said),
                Shown(complained));
            return process.ExitCode == 0 ? said
                : throw new ActionException($"{Path.GetFileName(program)} ended with exit code {process.ExitCode}", permanent: false);
        }
        finally
        {
            ChildProcess.Kill(process);
        }
    }

    private Process Start(string id) => ChildProcess.Start(
        program, arguments, (reason, e) => new ActionException($"{program} cannot be started: {reason}", permanent: true, e), start =>
        {
            foreach (var name in start.Environment.Keys.Where(name => !IsPassed(name)).ToList()) start.Environment.Remove(name);
            start.Environment["REALTIME_AKKA_ID"] = id;
        });

    private bool IsPassed(string name) =>
        Usual.Contains(name, OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal)
        || name.StartsWith("LC_", StringComparison.Ordinal) || variables.Contains(name);

    private static async Task FeedAsync(Process process, string json, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(json + "\n"), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The program does not read its stdin: its exit code decides.
        }
    }

    private static string Shown(string text) => text.Length <= MaxLogged ? text : text[..MaxLogged] + "...";

    // Reads to the end, so that the program never blocks on a full pipe; keeps the first 64 KiB.
    private sealed class Output
    {
        private readonly byte[] _kept = new byte[MaxOutput];
        private int _length;

        public Output(Stream stream) => Ended = ReadAsync(stream);

        public Task Ended { get; }

        public string Text => Encoding.UTF8.GetString(_kept, 0, Volatile.Read(ref _length));

        private async Task ReadAsync(Stream stream)
        {
            var chunk = new byte[8192];
            try
            {
                while (await stream.ReadAsync(chunk, CancellationToken.None).ConfigureAwait(false) is > 0 and var read)
                {
                    var room = Math.Min(read, MaxOutput - _length);
                    chunk.AsSpan(0, room).CopyTo(_kept.AsSpan(_length));
                    Volatile.Write(ref _length, _length + room);
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The program was killed.
            }
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
