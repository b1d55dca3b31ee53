using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RealtimeAkka.Bench.Load;

/// <summary>A child process of this program, pinned to processors.</summary>
internal sealed class Worker : IDisposable
{
    private readonly Process _process;

    private Worker(Process process) => _process = process;

    /// <summary>
    /// Starts this program with other arguments, with the shipped runtime settings or the runtime's defaults. Without taskset
    /// (util-linux) it runs on any processor. <paramref name="processors"/>: as taskset wants them, such as <c>0</c> or <c>0-1</c>.
    /// </summary>
    public static Worker Start(string processors, bool defaults, IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<string> arguments, int niceness = 0)
    {
        var program = typeof(Worker).Assembly.Location;
        var runtime = defaults ? Path.Combine(AppContext.BaseDirectory, "defaults.runtimeconfig.json")
            : Path.ChangeExtension(program, "runtimeconfig.json");
        var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));
        List<string> command = [dotnet, "exec", "--runtimeconfig", runtime, "--depsfile", Path.ChangeExtension(program, "deps.json"),
            program];
        if (CanPin) command.InsertRange(0, ["taskset", "-c", processors]);
        command.InsertRange(0, Nice(niceness));
        var start = new ProcessStartInfo(command[0], command.Skip(1).Concat(arguments))
            { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new Worker(Process.Start(start)!);
    }

    /// <summary>How a command is begun that comes before others (negative); without the right to that it is their equal.</summary>
    public static IReadOnlyList<string> Nice(int niceness) => niceness != 0 && File.Exists("/usr/bin/nice")
        ? ["nice", "-n", niceness.ToString(CultureInfo.InvariantCulture)] : [];

    /// <summary>Whether a process can be pinned to a processor and there are at least two.</summary>
    public static bool CanPin { get; } = OperatingSystem.IsLinux() && Environment.ProcessorCount > 1 && File.Exists("/usr/bin/taskset");

    /// <summary>Its next line of output; throws <see cref="InvalidOperationException"/> when the process has ended.</summary>
    public async Task<string> ReadLineAsync() =>
        await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false)
        ?? throw new InvalidOperationException("a process of the measurement has ended by itself");

    public int Id => _process.Id;

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000)) _process.Kill();
        _process.Dispose();
    }
}
