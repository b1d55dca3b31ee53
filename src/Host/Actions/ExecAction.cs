using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using RealtimeAkka.Actors.Actions;
using Serilog;

namespace RealtimeAkka.Host.Actions;

/// <summary>
/// Starts a program without a shell, with the JSON on its stdin and the id in <c>REALTIME_AKKA_ID</c>. The result is the first
/// 64 KiB of its stdout. An exit code other than 0 is a failure.
/// </summary>
public sealed class ExecAction(string program, IReadOnlyList<string> arguments) : IAction
{
    private const int MaxOutput = 64 * 1024;
    private const int MaxLogged = 2000;

    /// <inheritdoc/>
    public async Task<string> RunAsync(string id, string json, CancellationToken cancellation)
    {
        using var process = Start(id);
        // Kills at once on cancellation: this process may be about to exit.
        await using var killing = cancellation.Register(() => Kill(process));
        try
        {
            var output = ReadAsync(process.StandardOutput.BaseStream, cancellation);
            var errors = ReadAsync(process.StandardError.BaseStream, cancellation);
            await FeedAsync(process, json, cancellation).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            var (said, complained) = (await output.ConfigureAwait(false), await errors.ConfigureAwait(false));
            Log.Debug("Program {Program} ended with {ExitCode}: {Output} {Errors}", program, process.ExitCode, Shown(said),
                Shown(complained));
            return process.ExitCode == 0 ? said
                : throw new ActionException($"{Path.GetFileName(program)} ended with exit code {process.ExitCode}", permanent: false);
        }
        finally
        {
            Kill(process);
        }
    }

    // The program inherits the environment without the two API keys.
    private Process Start(string id)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.Environment.Remove("OPENAI_API_KEY");
        start.Environment.Remove("AZURE_OPENAI_API_KEY");
        start.Environment["REALTIME_AKKA_ID"] = id;
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            throw new ActionException($"{program} cannot be started: {e.Message.TrimEnd('.')}", permanent: true, e);
        }
    }

    private static async Task FeedAsync(Process process, string json, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(Encoding.UTF8.GetBytes(json + "\n"), cancellation).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program does not read its stdin: its exit code decides.
        }
    }

    // Reads to the end, so that the program never blocks on a full pipe; keeps the first 64 KiB.
    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var kept = new MemoryStream();
        var chunk = new byte[8192];
        while (await stream.ReadAsync(chunk, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            kept.Write(chunk, 0, Math.Min(read, MaxOutput - (int)kept.Length));
        }
        return Encoding.UTF8.GetString(kept.GetBuffer(), 0, (int)kept.Length);
    }

    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // The program has exited by itself.
        }
    }

    private static string Shown(string text) => text.Length <= MaxLogged ? text : text[..MaxLogged] + "...";
}
