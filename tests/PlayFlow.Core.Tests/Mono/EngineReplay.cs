using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using PlayFlow.Core.Builds;
using PlayFlow.Core.Engine;
using PlayFlow.Core.Engine.Journal;
using PlayFlow.Core.Ports;
using PlayFlow.Core.Problems;
using PlayFlow.Core.Projects;
using PlayFlow.Core.Servers;

namespace PlayFlow.Core.Tests.Mono
{
    /// <summary>
    /// Drives the engine through commands that a seed decides, and writes down every event, refusal and validation answer: the
    /// same seed has to give the same bytes on every runtime. A program of its own, in C# 7, for Mono's compiler.
    /// </summary>
    internal sealed class EngineReplay
    {
        private static readonly string[] Names = { "default", "arena", "größe-\u4e16\u754c", "lobby" };
        private static readonly string[] Regions = { "us-east", "eu-west", "ap-sydney", "moon" };
        private static readonly string[] Sizes = { "small", "medium", "large", "xlarge", "persistent-small", "huge" };

        private readonly BinaryWriter _output;
        private readonly ICollection<Type> _kinds;
        private readonly Fleet _fleet = new Fleet(Rules());
        private readonly ProjectId[] _projects = { new ProjectId("pro"), new ProjectId("free") };
        private readonly List<InstanceId> _servers = new List<InstanceId>();
        private readonly List<BuildId> _builds = new List<BuildId>();
        private DateTimeOffset _now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        private ulong _random;
        private int _ids;

        private EngineReplay(ulong seed, BinaryWriter output, ICollection<Type> kinds)
        {
            _kinds = kinds;
            _random = seed;
            _output = output;
        }

#if !NET
        /// <summary>Writes what happens to a file.</summary>
        /// <param name="args">The seed, the number of steps, and the file.</param>
        internal static void Main(string[] args)
        {
            using (var file = File.Create(args[2]))
            {
                Run(
                    ulong.Parse(args[0], CultureInfo.InvariantCulture),
                    int.Parse(args[1], CultureInfo.InvariantCulture),
                    file,
                    new List<Type>());
            }
        }
#endif

        /// <summary>Takes the steps, and ends with the image of the fleet they lead to.</summary>
        /// <param name="seed">Decides every step.</param>
        /// <param name="steps">How many.</param>
        /// <param name="stream">Takes what happens.</param>
        /// <param name="kinds">Takes the kind of each event.</param>
        internal static void Run(ulong seed, int steps, Stream stream, ICollection<Type> kinds)
        {
            using (var output = new BinaryWriter(stream))
            {
                var replay = new EngineReplay(seed, output, kinds);
                replay.Prepare();
                for (var step = 0; step < steps; step++)
                {
                    replay.Step();
                }

                replay.Write(FleetImage.Take(replay._fleet, replay._now).Encode().ToArray());
            }
        }

        private static FleetRules Rules()
        {
            // Processes that never end are killed again and again: seldom, so that other events are not drowned.
            var rules = new FleetRules();
            Set(rules, "KillRetry", TimeSpan.FromMinutes(30));
            return rules;
        }

        private void Prepare()
        {
            Give(new FleetCommand.OfferHost(_now, new ComputeHost("east", "10.0.0.1", PortRange.Create(7000, 7040), "us-east", null)));
            Give(new FleetCommand.OfferHost(_now, new ComputeHost("any", "play.example.com", PortRange.Create(7000, 7099), null, 60)));
            Give(new FleetCommand.ConfigureProject(_now, _projects[0], "pro", new ProjectKeys("pf_a", "pfclient_a"), Plan.Pro));
            Give(new FleetCommand.ConfigureProject(_now, _projects[1], "free", new ProjectKeys("pf_b", "pfclient_b"), Plan.Free));
            for (var i = 0; i < 4; i++)
            {
                AddBuild(i % 2);
                Give(new FleetCommand.FinishProcessing(_now, _builds[i], true));
            }
        }

        private void Step()
        {
            var kind = Next(100);
            if (kind < 26)
            {
                Start();
            }
            else if (kind < 44)
            {
                Give(new FleetCommand.ReportPortsOpen(_now, Launch()));
            }
            else if (kind < 46)
            {
                Give(new FleetCommand.ReportSelfRunning(_now, Server()));
            }
            else if (kind < 60)
            {
                Give(new FleetCommand.ReportEnded(_now, Launch(), Exit()));
            }
            else if (kind < 68)
            {
                Restart();
            }
            else if (kind < 74)
            {
                Give(new FleetCommand.RequestStop(_now, Server(), Next(2) == 0 ? StopReason.ShutdownSignal : new StopReason("match over \ud83c\udfc1")));
            }
            else if (kind < 90)
            {
                Wait(TimeSpan.FromTicks(Next(20) == 0 ? Next(4000) * TimeSpan.TicksPerSecond : Next(40000000)));
            }
            else if (kind < 93)
            {
                Give(new FleetCommand.ReplaceCustomData(_now, Server(), Next(3) == 0 ? null : "{\"round\":" + Next(9) + "}"));
            }
            else if (kind < 95)
            {
                AddBuild(Next(2));
                Give(new FleetCommand.FinishProcessing(_now, _builds[_builds.Count - 1], Next(4) > 0));
            }
            else if (kind < 96)
            {
                Give(new FleetCommand.DeleteBuild(_now, _builds[Next(_builds.Count)]));
            }
            else if (kind < 97)
            {
                SetPool();
            }
            else if (kind < 98)
            {
                Give(new FleetCommand.TendPool(_now, _projects[0], NewServer()));
            }
            else if (kind < 99)
            {
                Give(new FleetCommand.ReportUnknown(_now, Launch()));
            }
            else
            {
                Give(new FleetCommand.BlockPort(_now, "any", 7000 + Next(100), Next(2) == 0 ? PortProtocol.Udp : PortProtocol.Tcp));
            }
        }

        private void Start()
        {
            var request = new StartServerRequest();
            Set(request, "Name", Next(40) == 0 ? "" : Names[Next(Names.Length)]);
            Set(request, "Region", Regions[Next(40) == 0 ? 3 : Next(3)]);
            Set(request, "ComputeSize", Next(2) == 0 ? null : Sizes[Next(40) == 0 ? 5 : Next(5)]);
            Set(request, "VersionTag", Next(3) == 0 ? Names[Next(Names.Length)] : null);
            Set(request, "Version", Next(6) == 0 ? (long?)Next(4) : null);
            Set(request, "StartupArgs", Next(4) == 0 ? "-port {port:game} --name 'a b'" + (Next(20) == 0 ? "\"" : "") : null);
            Set(request, "Ttl", Next(2) == 0 ? (long?)(Next(4000) + (Next(20) == 0 ? 0 : 60)) : null);
            Set(request, "AutoRestart", Next(2) == 0);
            Set(request, "MatchId", Next(2) == 0 ? "match-" + Next(1000) : null);
            Set(request, "EnvironmentVariables", Next(4) == 0 ? new[] { new KeyValuePair<string, string>("MODE", "x" + Next(9)) } : null);
            Set(request, "PortConfigs", Next(2) == 0 ? Ports() : null);
            ServerStart start;
            Problem problem;
            if (request.Validate(_fleet.Rules, new ViolationList()).TryGetValue(out start, out problem))
            {
                var id = NewServer();
                Give(new FleetCommand.StartServer(_now, _projects[Next(4) == 0 ? 1 : 0], id, start.Spec, start.VersionTag, start.Version));
            }
            else
            {
                Refused(problem);
            }
        }

        private void Restart()
        {
            var request = new RestartServerRequest();
            Set(request, "Name", Next(3) == 0 ? Names[Next(Names.Length)] : null);
            Set(request, "ComputeSize", Next(5) == 0 ? Sizes[Next(5)] : null);
            Set(request, "Ttl", Next(3) == 0 ? (long?)(60 + Next(900)) : null);
            Set(request, "VersionTag", Next(6) == 0 ? Names[Next(Names.Length)] : null);
            Set(request, "PortConfigs", Next(3) == 0 ? Ports() : null);
            RestartChanges changes;
            Problem problem;
            if (request.Validate(_fleet.Rules, new ViolationList()).TryGetValue(out changes, out problem))
            {
                Give(new FleetCommand.RequestRestart(_now, Server(), changes));
            }
            else
            {
                Refused(problem);
            }
        }

        private PortConfigRequest[] Ports()
        {
            var ports = new PortConfigRequest[1 + Next(3)];
            for (var i = 0; i < ports.Length; i++)
            {
                ports[i] = new PortConfigRequest();
                Set(ports[i], "Name", "port" + i);
                Set(ports[i], "InternalPort", (long?)(7000 + Next(3)));
                Set(ports[i], "Protocol", Next(2) == 0 ? "udp" : "tcp");
                Set(ports[i], "TlsEnabled", Next(3) == 0);
            }

            return ports;
        }

        private void AddBuild(int project)
        {
            var id = new BuildId("build-" + ++_ids);
            _builds.Add(id);
            Give(new FleetCommand.CreateBuild(_now, _projects[project], id, Names[Next(3)], BuildType.Zip, "Server.x86_64", null));
            Give(new FleetCommand.BeginProcessing(_now, id));
        }

        private void SetPool()
        {
            var targets = ImmutableArray.CreateBuilder<PoolTarget>();
            targets.Add(new PoolTarget("us-east", "small", Next(4)));
            var settings = ProjectSettings.New(_now);
            Set(settings, "Pool", new PoolConfig(Next(4) > 0, targets.ToImmutable()));
            Give(new FleetCommand.ReplaceSettings(_now, _projects[Next(2)], settings));
        }

        private void Wait(TimeSpan time)
        {
            var until = _now + time;
            while (_fleet.NextDeadline.HasValue && _fleet.NextDeadline.Value <= until)
            {
                var due = _fleet.NextDeadline.Value;
                _now = due > _now ? due : _now;
                Give(new FleetCommand.ReachDeadline(_now, _fleet.NextDue(_now).Value));
            }

            _now = until;
        }

        private void Give(FleetCommand command)
        {
            var decision = _fleet.Decide(command);
            if (decision.Refusal != null)
            {
                Refused(decision.Refusal);
            }

            foreach (var happened in decision.Events)
            {
                _fleet.Apply(happened);
                _kinds.Add(happened.GetType());
                var bytes = new ArrayBufferWriter<byte>();
                EventFormat.Write(happened, bytes);
                Write(bytes.WrittenMemory.ToArray());
            }

            foreach (var effect in decision.Effects)
            {
                _output.Write(effect.GetType().Name);
            }
        }

        private void Refused(Problem problem)
        {
            _output.Write(problem.Code.ToString());
            _output.Write(problem.Message);
            foreach (var violation in problem.Violations)
            {
                _output.Write(violation.ToString());
            }
        }

        private void Write(byte[] bytes)
        {
            _output.Write(bytes.Length);
            _output.Write(bytes);
        }

        private InstanceId NewServer()
        {
            var id = new InstanceId("server-" + ++_ids);
            _servers.Add(id);
            return id;
        }

        private InstanceId Server()
        {
            return _servers.Count == 0 ? new InstanceId("nobody") : _servers[Math.Max(0, _servers.Count - 1 - Next(40))];
        }

        private ComputeId Launch()
        {
            var id = Server();
            var server = _fleet.FindServer(id);
            return new ComputeId(id, Math.Max(1, (server == null ? 1 : server.Launch) - (Next(10) == 0 ? 1 : 0)));
        }

        private ComputeExit Exit()
        {
            switch (Next(4))
            {
                case 0: return ComputeExit.Exited(0);
                case 1: return ComputeExit.Exited(3);
                case 2: return ComputeExit.Signaled(11);
                default: return ComputeExit.Failed(StopReason.StartupFailureExecutable, "nicht da: \u00e4");
            }
        }

        /// <summary>An init-only property, which C# 7 cannot set.</summary>
        private static void Set(object target, string property, object value)
        {
            target.GetType().GetProperty(property).SetValue(target, value);
        }

        /// <summary>A number below a limit: a generator of its own, since those of runtimes differ.</summary>
        private int Next(int limit)
        {
            _random = unchecked((_random * 6364136223846793005UL) + 1442695040888963407UL);
            return (int)((_random >> 33) % (ulong)limit);
        }
    }
}
